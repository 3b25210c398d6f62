{#-
    `incremental` for BigQuery with the same one strategy: one script job that deletes the write scope by literal
    predicates and inserts the rebuilt rows, in one transaction with the change log and the watermark.

    A Python model is appended to, as on DuckDB; see append_in_process.
-#}
{% materialization incremental, adapter="bigquery", supported_languages=["sql", "python"] -%}
    {%- set language = model["language"] -%}
    {%- set strategy = config.get("incremental_strategy") -%}
    {%- if strategy != ("append" if language == "python" else "scoped_replace") -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": incremental_strategy must be scoped_replace (SQL) or append (Python), got " ~ strategy
        ) -%}
    {%- endif -%}
    {%- set existing = load_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set partition_by = adapter.parse_partition_by(config.get("partition_by", none)) -%}
    {%- set rebuild = should_full_refresh() or (existing is not none and existing.is_view) -%}

    {{ run_hooks(pre_hooks) }}

    {%- if language == "python" -%}
        {{ append_in_process(existing, target_relation) }}
    {%- elif existing is none or rebuild -%}
        {%- if existing is not none and not adapter.is_replaceable(
            existing, partition_by, config.get("cluster_by", none)
        ) -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement("main") -%}
            {{ bq_create_table_as(partition_by, False, target_relation, compiled_code, "sql") }}
        {%- endcall -%}
        {%- call statement("record") -%}
            begin transaction;
            {{ record_rebuild() }}
            {{ move_watermark(model_scope()) }}
            commit transaction;
        {%- endcall -%}
    {%- else -%}
        {%- do check_schema_unchanged(existing) -%}
        {%- call statement("main") -%}
            begin transaction;
            {{ scoped_replace_sql(target_relation, compiled_code) }}
            commit transaction;
        {%- endcall -%}
    {%- endif -%}

    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ return({"relations": [target_relation]}) }}
{%- endmaterialization %}

{#-
    A Python model on BigQuery: its table stands from the first run on, empty until predictions are made.

    Nothing is submitted from here. The scoring code runs in the process that runs the pipeline, reads through queries
    and appends by a load job: docs/decisions/0010.
-#}
{% macro append_in_process(existing, target_relation) -%}
    {%- if existing is none -%}
        {%- call statement("main") -%}
            create table {{ target_relation }} {{ get_table_columns_and_constraints() }}
            {{ partition_by(adapter.parse_partition_by(config.get("partition_by", none))) }}
            {{ cluster_by(config.get("cluster_by", none)) }}
        {%- endcall -%}
    {%- else -%}
        {%- call statement("main") -%} select 1 as stands {%- endcall -%}
    {%- endif -%}
{%- endmacro %}
