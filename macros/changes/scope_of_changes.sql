{#- Relation of a table of the change records. -#}
{% macro change_records(table) -%} {{ return(source("change_records", table)) }} {%- endmacro %}

{#-
    The scope of an event run: what the rules in `meta.widening` make of the changes above the model's watermark.

    Two small queries at run time, so that ids and dates reach the SQL of the model as literals. Gives the mapping of
    model_scope.
-#}
{% macro scope_of_changes() -%}
    {%- set pending = run_query(pending_inputs_sql()) -%}
    {%- set state = {"watermark": 0, "as_of": none, "ran_at": none, "rebuilt": []} -%}
    {%- set inputs = [] -%}
    {%- for row in pending.rows -%}
        {%- do state.update({"watermark": row["newest"] | int, "as_of": row["as_of"], "ran_at": row["ran_at"]}) -%}
        {%- if row["input_name"] -%} {%- do inputs.append(row["input_name"]) -%} {%- endif -%}
        {%- if row["rebuilt"] -%} {%- do state["rebuilt"].append(row["input_name"]) -%} {%- endif -%}
    {%- endfor -%}
    {%- set nothing = {
        "mode": "none", "ids": {}, "from_date": none, "to_date": none, "watermark": state["watermark"],
    } -%}
    {%- if state["rebuilt"] or (state["as_of"] is none and config.get("meta", {}).get("widening")) -%}
        {%- do nothing.update({"mode": "all"}) -%}
        {{ return(nothing) }}
    {%- endif -%}
    {%- set reopened = reopened_rows(inputs, state["watermark"]) + horizon_rows(state["as_of"], state["ran_at"]) -%}
    {%- if not reopened -%} {{ return(nothing) }} {%- endif -%}
    {%- set found = run_query(reopened_scope_sql(inputs, state["watermark"], reopened)) -%}
    {%- set ids = {} -%}
    {%- set span = {"from": none, "to": none, "dates": false} -%}
    {%- for row in found.rows -%}
        {%- set first = row["from_date"] | string -%}
        {%- set last = row["to_date"] | string -%}
        {%- do span.update({
            "from": first if span["from"] is none or first < span["from"] else span["from"],
            "to": last if span["to"] is none or last > span["to"] else span["to"],
        }) -%}
        {%- if row["entity_kind"] == "date" -%} {%- do span.update({"dates": true}) -%}
        {%- elif row["entity_kind"] in ids -%} {%- do ids[row["entity_kind"]].append(row["entity_id"]) -%}
        {%- else -%} {%- do ids.update({row["entity_kind"]: [row["entity_id"]]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if span["from"] is none -%} {{ return(nothing) }} {%- endif -%}
    {%- set to_date = none if span["to"][:4] == "9999" else span["to"] -%}
    {%- if span["dates"] or config.get("meta", {}).get("scope") == "date" -%}
        {{ return({
            "mode": "dates", "ids": {}, "from_date": span["from"], "to_date": to_date, "watermark": state["watermark"],
        }) }}
    {%- endif -%}
    {{ return(listed_scope(ids, span["from"], to_date, state["watermark"])) }}
{%- endmacro %}

{#- Which inputs of this model moved since it last read the log, and how far the log reaches. At least one row. -#}
{% macro pending_inputs_sql() -%}
    {%- set rules = config.get("meta", {}).get("widening", []) -%}
    with mark as (
        select
            max(change_id) as change_id,
            max(as_of) as as_of,
            max(updated_at) as ran_at
        from {{ change_records("watermarks") }}
        where consumer = '{{ model.name }}'
    ),

    newest as (select coalesce(max(change_id), 0) as newest from {{ change_records("change_log") }}),

    moved as (
        select
            log.input_name,
            max(case when log.change_kind = 'rebuilt' and log.game_date is null then 1 else 0 end) = 1 as rebuilt
        from {{ change_records("change_log") }} as log
        cross join mark
        where
            log.change_id > coalesce(mark.change_id, 0)
            and log.input_name in ('{{ rules | map(attribute="input") | unique | join("', '") }}')
        group by log.input_name
    )

    select
        newest.newest,
        mark.as_of,
        mark.ran_at,
        moved.input_name,
        coalesce(moved.rebuilt, false) as rebuilt
    from newest
    cross join mark
    left join moved on true
{%- endmacro %}

{#- The rules of this model whose input moved, each as a SELECT of entity_kind, entity_id, from_date, to_date. -#}
{% macro reopened_rows(inputs, newest) -%}
    {%- set selects = [] -%}
    {%- for rule in config.get("meta", {}).get("widening", []) if rule["input"] in inputs -%}
        {%- do selects.append(widen(rule)) -%}
    {%- endfor -%}
    {{ return(selects) }}
{%- endmacro %}

{#- Distinct entities with the dates that they re-open; at most 51 of a kind, which is one more than a list may hold. -#}
{% macro reopened_scope_sql(inputs, newest, selects) -%}
    with pending as (
        select * from {{ change_records("change_log") }}
        where
            change_id > coalesce(
                (select max(change_id) from {{ change_records("watermarks") }} where consumer = '{{ model.name }}'), 0
            )
            and change_id <= {{ newest }}
            and input_name in ('{{ inputs | join("', '") }}')
    ),

    reopened as (
        {%- if inputs %}
        -- a bulk load names dates only: everything from its first date on
        select
            'date' as entity_kind,
            '' as entity_id,
            game_date as from_date,
            cast('9999-12-31' as date) as to_date
        from pending
        where change_kind = 'rebuilt'
        {%- endif %}
        {%- for rule_sql in selects %}
        {{ "union all" if inputs or not loop.first }}
        {{ rule_sql }}
        {%- endfor %}
    ),

    bounds as (
        select
            entity_kind,
            min(from_date) as from_date,
            max(to_date) as to_date
        from reopened
        group by entity_kind
    ),

    ids as (
        select
            entity_kind,
            entity_id,
            row_number() over (partition by entity_kind order by entity_id) as position
        from (select distinct entity_kind, entity_id from reopened) as distinct_ids
    )

    select
        ids.entity_kind,
        ids.entity_id,
        bounds.from_date,
        bounds.to_date
    from ids
    inner join bounds on ids.entity_kind = bounds.entity_kind
    where ids.position <= 51
    order by ids.entity_kind, ids.position
{%- endmacro %}
