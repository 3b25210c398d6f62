{#- A date moved by a number of days (literal or integer expression). -#}
{% macro date_add_days(day, days) -%} {{ adapter.dispatch("date_add_days", "nba_props")(day, days) }} {%- endmacro %}
{% macro duckdb__date_add_days(day, days) -%} ({{ day }} + cast({{ days }} as integer)) {%- endmacro %}
{% macro bigquery__date_add_days(day, days) -%} date_add({{ day }}, interval {{ days }} day) {%- endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(from_day, to_day) -%}
    {{ adapter.dispatch("days_between", "nba_props")(from_day, to_day) }}
{%- endmacro %}
{% macro duckdb__days_between(from_day, to_day) -%} date_diff('day', {{ from_day }}, {{ to_day }}) {%- endmacro %}
{% macro bigquery__days_between(from_day, to_day) -%} date_diff({{ to_day }}, {{ from_day }}, day) {%- endmacro %}

{#- A timestamp moved back by hours. -#}
{% macro timestamp_sub_hours(instant, hours) -%}
    {{ adapter.dispatch("timestamp_sub_hours", "nba_props")(instant, hours) }}
{%- endmacro %}
{% macro duckdb__timestamp_sub_hours(instant, hours) -%} ({{ instant }} - interval ({{ hours }}) hour) {%- endmacro %}
{% macro bigquery__timestamp_sub_hours(instant, hours) -%}
    timestamp_sub({{ instant }}, interval {{ hours }} hour)
{%- endmacro %}
