{#-
    A lean `incremental` for DuckDB. SQL models use one strategy, the scoped replace; Python models append.
    A full refresh drops and rebuilds inside one transaction, so a reader sees the old table or the new one.
-#}
{% materialization incremental, adapter="duckdb", supported_languages=["sql", "python"] -%}
    {%- set language = model["language"] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set strategy = config.get("incremental_strategy") -%}
    {%- if strategy != ("append" if language == "python" else "scoped_replace") -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": incremental_strategy must be scoped_replace (SQL) or append (Python), got " ~ strategy
        ) -%}
    {%- endif -%}
    {%- set rebuild = should_full_refresh() or (existing is not none and existing.is_view) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set scope = model_scope() -%}
    {%- if existing is none or rebuild -%}
        {%- if existing is not none -%}
            {%- call statement("drop_before_rebuild", auto_begin=True) -%}
                drop {{ existing.type }} {{ existing }}
            {%- endcall -%}
        {%- endif -%}
        {%- call statement("main", language=language, auto_begin=True) -%}
            {{ create_table_as(False, target_relation, compiled_code, language) }}
        {%- endcall -%}
        {%- call statement("record", auto_begin=True) -%}
            {{ record_rebuild() }}
            {{ move_watermark(scope) }}
        {%- endcall -%}
    {%- elif language == "sql" -%}
        {%- if scope["mode"] != "none" -%} {%- do check_schema_unchanged(existing) -%} {%- endif -%}
        {%- call statement("main", auto_begin=True) -%}
            {{ scoped_replace_sql(target_relation, compiled_code) }}
        {%- endcall -%}
    {%- elif scope["mode"] == "none" -%}
        {%- call statement("main", auto_begin=True) -%}
            {{ move_watermark(scope) }}
        {%- endcall -%}
    {%- else -%}
        {%- set incoming = duckdb__dispatch_temporary_relation(target_relation, none).relation -%}
        {%- call statement("incoming", language="python") -%}
            {{ create_table_as(True, incoming, compiled_code, "python") }}
        {%- endcall -%}
        {%- call statement("main", auto_begin=True) -%}
            insert into {{ target_relation }} by name (select * from {{ incoming }});
            {{ record_appended(incoming) }}
            {{ record_scope(scope) }}
            {{ move_watermark(scope) }}
        {%- endcall -%}
        {%- do adapter.drop_relation(incoming) -%}
    {%- endif -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target_relation]}) }}
{%- endmaterialization %}
