{#- Elements of a string array as one text. -#}
{% macro array_join(array, separator=",") -%}
    array_to_string({{ array }}, '{{ separator }}')
{%- endmacro %}
