{#-
    Codes of the checks that failed, each followed by a comma, as one text; empty when all hold. `checks` maps a code to
    the condition under which it fails. Plain text, because building arrays costs planning time on the event path.
-#}
{% macro failed_checks(checks) -%}
    concat(
        {%- for code, condition in checks.items() %}
        case when {{ condition }} then '{{ code }},' else '' end{{ "," if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
