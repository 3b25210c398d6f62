{#- US Eastern calendar date of a UTC timestamp: the one SQL place that turns an instant into a game date. -#}
{% macro eastern_date(instant) -%} {{ adapter.dispatch("eastern_date", "nba_props")(instant) }} {%- endmacro %}

{% macro duckdb__eastern_date(instant) -%}
    cast(timezone('America/New_York', timezone('UTC', {{ instant }})) as date)
{%- endmacro %}

{% macro bigquery__eastern_date(instant) -%} date({{ instant }}, 'America/New_York') {%- endmacro %}
