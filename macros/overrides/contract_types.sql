{#- Contracts are written once, in GoogleSQL types; DuckDB spells two of them differently. -#}
{% macro duckdb_contract_columns(columns) -%}
    {%- set spelled = {"float64": "double", "array<string>": "varchar[]"} -%}
    {%- set translated = {} -%}
    {%- for name, column in columns.items() -%}
        {%- set copy = dict(column) -%}
        {%- do copy.update({"data_type": spelled.get(column["data_type"], column["data_type"])}) -%}
        {%- do translated.update({name: copy}) -%}
    {%- endfor -%}
    {{ return(translated) }}
{%- endmacro %}

{% macro duckdb__get_empty_schema_sql(columns) -%}
    {{ return(default__get_empty_schema_sql(duckdb_contract_columns(columns))) }}
{%- endmacro %}

{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- set column_definitions = adapter.render_raw_columns_constraints(
        raw_columns=duckdb_contract_columns(model["columns"])
    ) -%}
    {%- set table_constraints = adapter.render_raw_model_constraints(raw_constraints=model["constraints"]) -%}
    ({{ (column_definitions + table_constraints) | join(", ") }})
{%- endmacro %}
