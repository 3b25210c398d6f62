{#- The run's as_of, fixed once: var as_of, else NBA_PROPS_AS_OF, else the start of the invocation. UTC text. -#}
{% macro run_as_of_text() -%}
    {%- set started = run_started_at.strftime("%Y-%m-%d %H:%M:%S") -%}
    {%- set given = var("as_of", none) or env_var("NBA_PROPS_AS_OF", "") -%}
    {{- given | replace("T", " ") | replace("Z", "") if given else started -}}
{%- endmacro %}

{#- The run's as_of as a SQL timestamp. -#}
{% macro run_as_of() -%} cast('{{ run_as_of_text() }}' as timestamp) {%- endmacro %}

{#- Start of the invocation as a SQL timestamp, for lineage columns only. -#}
{% macro run_started_at_utc() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp)
{%- endmacro %}

{#- Id of the run for lineage columns: the execution that asked for it, else the invocation. -#}
{% macro run_id() -%} '{{ var("run_id", invocation_id) }}' {%- endmacro %}
