{#- True when a string array holds the value. -#}
{% macro array_contains(array, value) -%} {{ adapter.dispatch("array_contains", "nba_props")(array, value) }} {%- endmacro %}
{% macro duckdb__array_contains(array, value) -%} list_contains({{ array }}, {{ value }}) {%- endmacro %}
{% macro bigquery__array_contains(array, value) -%} ({{ value }} in unnest({{ array }})) {%- endmacro %}
