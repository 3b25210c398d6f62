{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Datasets carry the names of the contract on every target, without a prefix. -#}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
