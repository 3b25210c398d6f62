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

{% macro bigquery__utc_offset_hours(day, time_zone) -%}
    datetime_diff(
        datetime(timestamp(datetime({{ day }}, time '12:00:00'), 'UTC'), {{ time_zone }}),
        datetime({{ day }}, time '12:00:00'),
        hour
    )
{%- endmacro %}
