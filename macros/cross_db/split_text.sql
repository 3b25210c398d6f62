{#- Comma-separated text as a string array; empty rather than NULL when there is no text. -#}
{% macro split_text(text) -%}
    case when {{ text }} is null then {{ empty_string_array() }} else split({{ text }}, ',') end
{%- endmacro %}
