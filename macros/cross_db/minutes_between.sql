{#- Whole minutes from one instant to a later one. -#}
{% macro minutes_between(from_instant, to_instant) -%}
    {{ adapter.dispatch("minutes_between", "nba_props")(from_instant, to_instant) }}
{%- endmacro %}
{% macro duckdb__minutes_between(from_instant, to_instant) -%}
    date_sub('minute', {{ from_instant }}, {{ to_instant }})
{%- endmacro %}
{% macro bigquery__minutes_between(from_instant, to_instant) -%}
    timestamp_diff({{ to_instant }}, {{ from_instant }}, minute)
{%- endmacro %}
