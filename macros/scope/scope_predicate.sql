{#-
    Render a scope as a boolean SQL expression of literals over the named columns.

    A listed kind for which no column is given leaves the entities unfiltered: the dates alone are always a superset.
-#}
{% macro scope_predicate(scope, columns, lookback_days=0, lookahead_days=0) -%}
    {%- if scope["mode"] == "none" -%} {{ return("false") }} {%- endif -%}
    {%- set parts = [] -%}
    {%- if scope["from_date"] and columns.get("date") -%}
        {%- do parts.append(
            columns["date"] ~ " >= cast('" ~ shift_date(scope["from_date"], -lookback_days) ~ "' as date)"
        ) -%}
    {%- endif -%}
    {%- if scope["to_date"] and columns.get("date") -%}
        {%- do parts.append(
            columns["date"] ~ " <= cast('" ~ shift_date(scope["to_date"], lookahead_days) ~ "' as date)"
        ) -%}
    {%- endif -%}
    {%- set choices = [] -%}
    {%- set uncovered = [] -%}
    {%- for kind, ids in scope["ids"].items() if ids -%}
        {%- if columns.get(kind) -%}
            {%- do choices.append(columns[kind] ~ " in ('" ~ ids | map("replace", "'", "''") | join("', '") ~ "')") -%}
        {%- else -%}
            {%- do uncovered.append(kind) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if choices and not uncovered -%} {%- do parts.append("(" ~ choices | join(" or ") ~ ")") -%} {%- endif -%}
    {{ return(parts | join(" and ") if parts else "true") }}
{%- endmacro %}

{#- Shift an ISO date by days, at compile time. -#}
{% macro shift_date(iso_date, days) -%}
    {%- set day = modules.datetime.date.fromisoformat(iso_date | string | truncate(10, true, "", 0)) -%}
    {{ return((day + modules.datetime.timedelta(days=days)).isoformat()) }}
{%- endmacro %}
