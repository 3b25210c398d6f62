{#- 64-bit float: dbt's own type macro gives 32 bits on DuckDB. -#}
{% macro type_float64() -%} {{ "double" if target.type == "duckdb" else "float64" }} {%- endmacro %}

{% macro type_string_array() -%} {{ "varchar[]" if target.type == "duckdb" else "array<string>" }} {%- endmacro %}
