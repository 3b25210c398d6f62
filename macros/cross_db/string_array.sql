{#- Array of the given string expressions without the NULL ones; empty rather than NULL. -#}
{% macro string_array(expressions) -%}
    {{ adapter.dispatch("string_array", "nba_props")(expressions) }}
{%- endmacro %}

{% macro duckdb__string_array(expressions) -%}
    list_filter(cast([{{ expressions | join(", ") }}] as varchar[]), lambda issue: issue is not null)
{%- endmacro %}

{% macro bigquery__string_array(expressions) -%}
    array(
        select issue from unnest([{{ expressions | join(", ") }}]) as issue with offset as issue_position
        where issue is not null order by issue_position
    )
{%- endmacro %}

{% macro empty_string_array() -%} cast([] as {{ type_string_array() }}) {%- endmacro %}
