{#- Hours by which a time zone is ahead of UTC at noon UTC of a date; zones off the full hour count their whole hours. -#}
{% macro utc_offset_hours(day, time_zone) -%}
    {{ adapter.dispatch("utc_offset_hours", "nba_props")(day, time_zone) }}
{%- endmacro %}

{% macro duckdb__utc_offset_hours(day, time_zone) -%}
    date_diff(
        'hour',
        {{ day }} + interval 12 hour,
        timezone({{ time_zone }}, timezone('UTC', {{ day }} + interval 12 hour))
    )
{%- endmacro %}

{#- By way of text: the wall clock of the zone, read as if it were UTC. -#}
{% macro bigquery__utc_offset_hours(day, time_zone) -%}
    {%- set noon = "timestamp_add(timestamp(" ~ day ~ "), interval 12 hour)" -%}
    timestamp_diff(
        timestamp(format_timestamp('%Y-%m-%d %H:%M:%S', {{ noon }}, {{ time_zone }})),
        {{ noon }},
        hour
    )
{%- endmacro %}
