{#- A player's name without the given name: what follows the first blank; a single name stays as it is. -#}
{% macro last_name(name) -%} substr({{ name }}, strpos({{ name }}, ' ') + 1) {%- endmacro %}
