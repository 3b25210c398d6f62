{#- Columns of this model that the change log carries, by their name in the log; none where the model lacks one. -#}
{% macro change_columns() -%}
    {%- set meta = config.get("meta", {}) -%}
    {%- set scope_columns = meta.get("scope_columns", {}) -%}
    {%- set given = meta.get("change_columns", {}) -%}
    {%- set names = {} -%}
    {%- for log_name, kind in [("game_date", "date"), ("player_id", "player"), ("team", "team"), ("game_id", "game")] -%}
        {%- set own = given.get(log_name, scope_columns.get(kind, log_name)) -%}
        {%- do names.update({log_name: own if own in model["columns"] else none}) -%}
    {%- endfor -%}
    {%- do names.update({"detail": given.get("detail")}) -%}
    {{ return(names) }}
{%- endmacro %}

{#-
    Append what moved to the log: the row as it was and as it is, once where both look alike. The names of the fields are
    text until they are written, because BigQuery has no distinct rows of arrays.
-#}
{% macro record_changes(key) -%}
    {%- set kinds = {"game_date": "date", "player_id": "string", "team": "string", "game_id": "string", "detail": "string"} -%}
    insert into {{ change_records("change_log") }} (
        change_id, input_name, change_kind, game_date, player_id, team, game_id, detail, changed_fields, run_id, changed_at
    )
    select
        {{ newest_change_sql() }} + row_number() over (order by change_kind, game_date, player_id, team, game_id, detail),
        '{{ model.name }}',
        change_kind,
        game_date,
        player_id,
        team,
        game_id,
        detail,
        {{ split_text("nullif(changed_fields, '')") }},
        {{ run_id() }},
        {{ run_started_at_utc() }}
    from (
        {%- for side in ["stored_rows", "rebuilt_rows"] %}
        select
            moved_rows.change_kind,
            {%- for log_name, own in change_columns().items() %}
            cast({{ side ~ "." ~ own if own else "null" }} as {{ kinds[log_name] }}) as {{ log_name }},
            {%- endfor %}
            moved_rows.changed_fields
        from moved_rows
        inner join {{ side }}
            on {% for column in key %}moved_rows.{{ column }} = {{ side }}.{{ column }}{{ " and " if not loop.last }}{% endfor %}
        {%- if not loop.last %}
        union distinct
        {%- endif %}
        {%- endfor %}
    ) as moved;
{%- endmacro %}

{#- One row that says: the whole table may have moved. For rebuilds, where nothing is compared. -#}
{% macro record_rebuild() -%}
    insert into {{ change_records("change_log") }} (
        change_id, input_name, change_kind, changed_fields, run_id, changed_at
    )
    select
        coalesce(max(change_id), 0) + 1,
        '{{ model.name }}',
        'rebuilt',
        {{ empty_string_array() }},
        {{ run_id() }},
        {{ run_started_at_utc() }}
    from {{ change_records("change_log") }};
{%- endmacro %}

{#- What the run did to the model, counted from the temporary tables of the replace; zeros for a run that did nothing. -#}
{% macro record_counts(scope, relation) -%}
    {%- set scope_columns = config.get("meta", {})["scope_columns"] -%}
    {%- set kind = config.get("meta", {})["entities"] | select("in", scope_columns) | first -%}
    {%- set entity = scope_columns[kind] -%}
    {%- set listed = scope["ids"].get(kind, []) | length -%}
    {%- set moved = {"inserted": "new", "updated": "changed", "deleted": "removed"} -%}
    {%- set dates = [] -%}
    {%- for name in ["from_date", "to_date"] -%}
        {%- do dates.append("cast('" ~ scope[name] ~ "' as date)" if scope[name] else "cast(null as date)") -%}
    {%- endfor -%}
    insert into {{ change_records("run_counts") }} (
        run_id, consumer, mode, from_date, to_date, entities_in_scope, entities_processed, entities_changed,
        rows_processed, rows_inserted, rows_updated, rows_deleted, watermark
    )
    {%- if relation is none %}
    select
        {{ run_id() }}, '{{ model.name }}', '{{ scope["mode"] }}', {{ dates | join(", ") }}, 0, 0, 0, 0, 0, 0, 0,
        {{ scope["watermark"] if scope["watermark"] is not none else "null" }};
    {%- else %}
    select
        {{ run_id() }},
        '{{ model.name }}',
        '{{ scope["mode"] }}',
        {{ dates | join(", ") }},
        {{ listed if listed else "entities_processed" }},
        entities_processed,
        (
            select count(distinct {{ entity }}) from (
                {%- for side in ["stored_rows", "rebuilt_rows"] %}
                select {{ side }}.{{ entity }}
                from {{ side }}
                inner join moved_rows
                    on {% for column in config.get("meta", {})["key"] %}{{ side }}.{{ column }} = moved_rows.{{ column }}{{ " and " if not loop.last }}{% endfor %}
                {{ "union all" if not loop.last }}
                {%- endfor %}
            ) as moved_entities
        ),
        (select count(*) from rebuilt_rows),
        {%- for change_kind in moved.values() %}
        (select count(*) from moved_rows where change_kind = '{{ change_kind }}'),
        {%- endfor %}
        {{ scope["watermark"] if scope["watermark"] is not none else "null" }}
    from (
        select count(distinct {{ entity }}) as entities_processed from (
            select {{ entity }} from stored_rows union all select {{ entity }} from rebuilt_rows
        ) as entities
    ) as processed;
    {%- endif %}
{%- endmacro %}

{#- The entities and dates that an event run was given. -#}
{% macro record_scope(scope) -%}
    {%- if scope["watermark"] is not none and scope["mode"] != "none" -%}
        {%- set rows = [] -%}
        {%- set dates = [] -%}
        {%- for name in ["from_date", "to_date"] -%}
            {%- do dates.append("cast('" ~ scope[name] ~ "' as date)" if scope[name] else "cast(null as date)") -%}
        {%- endfor -%}
        {%- for kind, ids in (scope["ids"] or {"date": [""]}).items() -%}
            {%- for id in ids -%}
                {%- do rows.append(
                    "(" ~ run_id() ~ ", '" ~ model.name ~ "', '" ~ kind ~ "', '" ~ id ~ "', " ~ dates | join(", ") ~ ")"
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
        insert into {{ change_records("run_scope") }} (run_id, consumer, entity_kind, entity_id, from_date, to_date)
        values {{ rows | join(", ") }};
    {%- endif -%}
{%- endmacro %}

{#-
    Move the model's watermark to the newest change that the run covered: what the scope says in an event run, the end of
    the log when all rows were computed, nowhere when the run was told what to compute.
-#}
{% macro move_watermark(scope) -%}
    {%- if scope["watermark"] is not none or scope["mode"] == "all" -%}
        delete from {{ change_records("watermarks") }} where consumer = '{{ model.name }}';
        insert into {{ change_records("watermarks") }} (consumer, change_id, as_of, updated_at)
        select
            '{{ model.name }}',
            {{ scope["watermark"] if scope["watermark"] is not none else newest_change_sql() }},
            {{ run_as_of() }},
            {{ run_started_at_utc() }};
    {%- endif -%}
{%- endmacro %}

{%- macro newest_change_sql() -%}
(select coalesce(max(change_id), 0) from {{ change_records("change_log") }})
{%- endmacro %}

{#- Log the rows that an append-only model added. -#}
{% macro record_appended(incoming) -%}
    insert into {{ change_records("change_log") }} (
        change_id, input_name, change_kind, game_date, player_id, team, game_id, changed_fields, run_id, changed_at
    )
    select
        {{ newest_change_sql() }} + row_number() over (order by game_date, player_id, team, game_id),
        '{{ model.name }}',
        'new',
        game_date,
        player_id,
        team,
        game_id,
        {{ empty_string_array() }},
        {{ run_id() }},
        {{ run_started_at_utc() }}
    from (select distinct game_date, player_id, team, game_id from {{ incoming }}) as appended;
{%- endmacro %}
