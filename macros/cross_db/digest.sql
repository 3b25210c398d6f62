{#-
    First 16 hex digits of the SHA-256 over the canonical text of columns (name -> GoogleSQL type), in their order.
    NULL is distinct from empty; floats have fixed decimals. Compared inside one warehouse only.
-#}
{% macro digest(columns) -%}
    {%- set texts = [] -%}
    {%- for name, data_type in columns.items() -%}
        {%- if data_type == "float64" -%}
            {%- set text = fixed_text(name) -%}
        {%- elif data_type == "array<string>" -%} {%- set text = array_join(name, ",") -%}
        {%- else -%} {%- set text = "cast(" ~ name ~ " as string)" -%}
        {%- endif -%}
        {%- do texts.append("coalesce(" ~ text ~ ", '~null~')") -%}
    {%- endfor -%}
    {{- sha256_hex("concat(" ~ texts | join(", '|', ") ~ ")" if texts else "''") -}}
{%- endmacro %}

{% macro fixed_text(column) -%} {{ return(adapter.dispatch("fixed_text", "nba_props")(column)) }} {%- endmacro %}
{% macro duckdb__fixed_text(column) -%} {{ return("cast(cast(round(" ~ column ~ ", 6) as decimal(28, 6)) as string)") }} {%- endmacro %}
{#- In whole millionths: how many decimals the text of a NUMERIC has depends on the server, and its emulator keeps three. -#}
{% macro bigquery__fixed_text(column) -%} {{ return("cast(cast(round(1000000 * " ~ column ~ ") as int64) as string)") }} {%- endmacro %}

{% macro sha256_hex(text) -%} {{ adapter.dispatch("sha256_hex", "nba_props")(text) }} {%- endmacro %}
{% macro duckdb__sha256_hex(text) -%} substr(sha256({{ text }}), 1, 16) {%- endmacro %}
{% macro bigquery__sha256_hex(text) -%} substr(to_hex(sha256({{ text }})), 1, 16) {%- endmacro %}
