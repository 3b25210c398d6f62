{#-
    First 16 hex digits of the SHA-256 over the canonical text of columns (name -> GoogleSQL type), in their order.
    NULL is distinct from empty; floats have fixed decimals. Compared inside one warehouse only.
-#}
{% macro digest(columns) -%}
    {%- set texts = [] -%}
    {%- for name, data_type in columns.items() -%}
        {%- if data_type == "float64" -%}
            {%- set text = "cast(cast(round(" ~ name ~ ", 6) as " ~ type_fixed_decimal() ~ ") as string)" -%}
        {%- elif data_type == "array<string>" -%} {%- set text = array_join(name, ",") -%}
        {%- else -%} {%- set text = "cast(" ~ name ~ " as string)" -%}
        {%- endif -%}
        {%- do texts.append("coalesce(" ~ text ~ ", '~null~')") -%}
    {%- endfor -%}
    {{- sha256_hex("concat(" ~ texts | join(", '|', ") ~ ")" if texts else "''") -}}
{%- endmacro %}

{% macro type_fixed_decimal() -%} {{ "decimal(28, 6)" if target.type == "duckdb" else "numeric" }} {%- endmacro %}

{% macro sha256_hex(text) -%} {{ adapter.dispatch("sha256_hex", "nba_props")(text) }} {%- endmacro %}
{% macro duckdb__sha256_hex(text) -%} substr(sha256({{ text }}), 1, 16) {%- endmacro %}
{% macro bigquery__sha256_hex(text) -%} substr(to_hex(sha256({{ text }})), 1, 16) {%- endmacro %}
