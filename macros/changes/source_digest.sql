{#-
    Digest of each entity and date of a raw table, over the value columns that decide: lineage and `digest_omits` left out.

    A full pass compares everything; with the vars from_date and to_date only those dates are read and the other digests stay
    as they were. An entity that is gone keeps a row, marked is_removed, so a snapshot over a part of the dates never takes
    an unread row for a removed one. A row without a date belongs to every pass.

    Args:
        system: name of the source.
        table: name of the raw table.
-#}
{% macro source_digest(system, table) -%}
    {%- set relation = source(system, table) -%}
    {%- set values = {} -%}
    {%- set meta = {} -%}
    {%- if execute -%}
        {%- set node = graph.sources.values() | selectattr("source_name", "equalto", system)
            | selectattr("name", "equalto", table) | first -%}
        {%- do meta.update(node.config.meta) -%}
        {%- for column in node.columns.values()
            if not column.config.meta.get("lineage") and column.name not in meta["digest_omits"] -%}
            {%- do values.update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set names = ["game_date", "roster_date", "report_date"] | select("in", values) | list -%}
    {%- set date_column = names | first if names else "cast(null as date)" -%}
    {%- set entities = meta.get("entities") or {"team": "home_team"} -%}
    {%- set stored = load_relation(this) if execute and flags.INTROSPECT else none -%}
    {%- set first_date = "cast('" ~ var("from_date") ~ "' as date)" if var("from_date", none) else first_stored_date() -%}
    {%- set dates -%}
        {%- if var("from_date", none) %} and (game_date is null or game_date >= cast('{{ var("from_date") }}' as date)){% endif -%}
        {%- if var("to_date", none) %} and (game_date is null or game_date <= cast('{{ var("to_date") }}' as date)){% endif -%}
    {%- endset -%}
with

dated as (
    select
        *,
        {{ date_column }} as digest_date
    from {{ relation }}
    {%- if meta.get("require_partition_filter") %}
    where {{ meta["partition_by"] }} >= {{ first_date }}
    {%- endif %}
),

row_digests as (
    select
        {%- for column in entities.values() | unique %}
        {{ column }},
        {%- endfor %}
        digest_date as game_date,
        {{ digest(values) }} as value_digest
    from dated
),

found as (
    {%- for kind, column in entities.items() %}
    select
        '{{ kind }}' as entity_kind,
        cast({{ column }} as string) as entity_id,
        game_date,
        {{ sha256_hex("string_agg(value_digest, ',' order by value_digest)") }} as digest
    from row_digests
    where {{ column }} is not null{{ dates }}
    group by {{ column }}, game_date
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

keyed as (
    select
        concat(entity_kind, ':', entity_id, ':', coalesce(cast(game_date as string), '')) as digest_key,
        entity_kind,
        entity_id,
        game_date,
        digest,
        false as is_removed,
        {{ run_id() }} as run_id
    from found
)

select * from keyed
{%- if stored is not none %}

union all

select
    stored.digest_key,
    stored.entity_kind,
    stored.entity_id,
    stored.game_date,
    case when stored.is_read then 'removed' else stored.digest end as digest,
    stored.is_removed or stored.is_read as is_removed,
    {{ run_id() }} as run_id
from (
    select
        *,
        true{{ dates }} as is_read
    from {{ stored }}
) as stored
left join keyed on stored.digest_key = keyed.digest_key
where keyed.digest_key is null
{%- endif %}
{%- endmacro %}
