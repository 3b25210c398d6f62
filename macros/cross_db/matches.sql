{#- True when a regular expression (RE2) matches somewhere in the text. -#}
{% macro matches(text, pattern) -%} {{ adapter.dispatch("matches", "nba_props")(text, pattern) }} {%- endmacro %}
{% macro duckdb__matches(text, pattern) -%} regexp_matches({{ text }}, '{{ pattern }}') {%- endmacro %}
{% macro bigquery__matches(text, pattern) -%} regexp_contains({{ text }}, r'{{ pattern }}') {%- endmacro %}
