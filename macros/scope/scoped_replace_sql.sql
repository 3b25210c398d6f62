{#-
    Replace what the scope holds by what the model now gives, as far as it differs: rows that came, went or differ are
    written, all others keep their row and its updated_at. Only rows of the write scope are compared and touched.

    The same transaction records what moved (change_log), what the run was to recompute (run_scope), what it did
    (run_counts) and how far the model has read the log (watermarks), so a crash leaves all of it or nothing.
-#}
{% macro scoped_replace_sql(relation, compiled_code) -%}
    {%- set scope = model_scope() -%}
    {%- if scope["mode"] == "none" -%}
        {{ record_counts(scope, none) }}
        {{ move_watermark(scope) }}
    {%- else -%}
        {%- set columns = model["columns"].keys() | list -%}
        {%- set key = config.get("meta", {})["key"] -%}
        create or replace temp table rebuilt_rows as
        select {{ columns | join(", ") }} from (
            {{ compiled_code }}
        ) as rebuilt;
        create or replace temp table stored_rows as
        select {{ columns | join(", ") }} from {{ relation }} where {{ write_scope() }};
        create or replace temp table moved_rows as
        {{ moved_rows_sql(key, value_columns()) }};
        {{ record_changes(key) }}
        {{ record_counts(scope, relation) }}
        {{ record_scope(scope) }}
        {{ move_watermark(scope) }}
        delete from {{ relation }} as stored where {{ write_scope() }} and exists (
            select 1 from moved_rows
            where moved_rows.change_kind <> 'new'
            {%- for column in key %} and moved_rows.{{ column }} = stored.{{ column }}{% endfor %}
        );
        insert into {{ relation }} ({{ columns | join(", ") }})
        select {{ columns | join(", ") }} from rebuilt_rows where exists (
            select 1 from moved_rows
            where moved_rows.change_kind <> 'removed'
            {%- for column in key %} and moved_rows.{{ column }} = rebuilt_rows.{{ column }}{% endfor %}
        );
    {%- endif -%}
{%- endmacro %}

{#- Columns that decide whether a row changed: all of the contract but lineage. -#}
{% macro value_columns() -%}
    {%- set names = [] -%}
    {%- for name in model["columns"] -%}
        {%- if name not in ["row_digest", "run_id", "updated_at", "as_of"] and not (
            name.startswith("source_") and name.endswith(("last_updated", "_rows_found", "_completeness_pct"))
        ) -%} {%- do names.append(name) -%} {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#- One row per key that differs between stored and rebuilt, with its kind of change and the fields that differ. -#}
{% macro moved_rows_sql(key, values) -%}
    {%- set others = values | reject("in", key) | list -%}
    {%- set fields = [] -%}
    {%- for column in others -%}
        {%- do fields.append("case when " ~ differs(column) ~ " then '" ~ column ~ "' end") -%}
    {%- endfor -%}
    {%- set is_new = "stored_rows." ~ key[0] ~ " is null" -%}
    {%- set is_removed = "rebuilt_rows." ~ key[0] ~ " is null" -%}
    select
        {%- for column in key %}
        coalesce(rebuilt_rows.{{ column }}, stored_rows.{{ column }}) as {{ column }},
        {%- endfor %}
        case when {{ is_new }} then 'new' when {{ is_removed }} then 'removed' else 'changed' end as change_kind,
        case
            when {{ is_new }} or {{ is_removed }} then ''
            else coalesce({{ array_join("[" ~ fields | join(", ") ~ "]") }}, '')
        end as changed_fields
    from stored_rows
    full outer join rebuilt_rows
        on {% for column in key %}stored_rows.{{ column }} = rebuilt_rows.{{ column }}{{ " and " if not loop.last }}{% endfor %}
    where
        {{ is_new }} or {{ is_removed }}
        {%- if "row_digest" in model["columns"] %}
        or stored_rows.row_digest <> rebuilt_rows.row_digest
        {%- else %}
        {%- for column in others %}
        or {{ differs(column) }}
        {%- endfor %}
        {%- endif %}
{%- endmacro %}

{#- Whether a column differs between a stored row and the rebuilt one. BigQuery compares no arrays. -#}
{% macro differs(column) -%}
    {%- set stored, rebuilt = "stored_rows." ~ column, "rebuilt_rows." ~ column -%}
    {%- if model["columns"][column]["data_type"] == "array<string>" -%}
        {%- set stored, rebuilt = array_join(stored), array_join(rebuilt) -%}
    {%- endif -%}
    {{ return(stored ~ " is distinct from " ~ rebuilt) }}
{%- endmacro %}

{#- `on_schema_change: fail` for the scoped replace: the table must have exactly the columns of the contract. -#}
{% macro check_schema_unchanged(existing) -%}
    {%- set stored = adapter.get_columns_in_relation(existing) | map(attribute="name") | map("lower") | list -%}
    {%- set declared = model["columns"].keys() | map("lower") | list -%}
    {%- if stored | sort != declared | sort -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": the columns of the table differ from the contract ("
            ~ (stored | reject("in", declared) | list) ~ " stored only, "
            ~ (declared | reject("in", stored) | list) ~ " declared only); run with --full-refresh"
        ) -%}
    {%- endif -%}
{%- endmacro %}
