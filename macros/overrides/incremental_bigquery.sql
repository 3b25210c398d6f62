{#-
    `incremental` for BigQuery with the same one strategy: one script job that deletes the write scope by literal
    predicates and inserts the rebuilt rows, in one transaction.
-#}
{% materialization incremental, adapter="bigquery", supported_languages=["sql"] -%}
    {%- if config.get("incremental_strategy") != "scoped_replace" -%}
        {%- do exceptions.raise_compiler_error(model.name ~ ": incremental_strategy must be scoped_replace") -%}
    {%- endif -%}
    {%- set existing = load_relation(this) -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set partition_by = adapter.parse_partition_by(config.get("partition_by", none)) -%}
    {%- set rebuild = should_full_refresh() or (existing is not none and existing.is_view) -%}

    {{ run_hooks(pre_hooks) }}

    {%- if existing is none or rebuild -%}
        {%- if existing is not none and not adapter.is_replaceable(
            existing, partition_by, config.get("cluster_by", none)
        ) -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement("main") -%}
            {{ bq_create_table_as(partition_by, False, target_relation, compiled_code, "sql") }}
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
