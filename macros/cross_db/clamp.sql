{#- Value held between two bounds; NULL stays NULL on both engines, which LEAST and GREATEST do not agree on. -#}
{% macro clamp(value, lower, upper) -%}
    case when {{ value }} < {{ lower }} then {{ lower }} when {{ value }} > {{ upper }} then {{ upper }} else {{ value }} end
{%- endmacro %}
