{#-
    The window of the weekly decision as UTC texts, half open: start <= started_at < end.

    The var decision_until names the last whole UTC date of the window; without it the window ends at the run's as_of.
    Its length in days is the var decision_days.
-#}
{% macro decision_window() -%}
    {%- set until = var("decision_until", none) -%}
    {%- if until -%} {%- set end = shift_date(until, 1) ~ " 00:00:00" -%}
    {%- else -%} {%- set end = run_as_of_text() -%}
    {%- endif -%}
    {%- set last = modules.datetime.datetime.fromisoformat(end | string | truncate(19, true, "", 0)) -%}
    {%- set start = last - modules.datetime.timedelta(days=var("decision_days")) -%}
    {{ return({"start": start.strftime("%Y-%m-%d %H:%M:%S"), "end": last.strftime("%Y-%m-%d %H:%M:%S")}) }}
{%- endmacro %}
