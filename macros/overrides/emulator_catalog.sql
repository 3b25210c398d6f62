{#-
    What dbt docs reads about relations, on the emulator: it has neither __TABLES__ nor COLUMN_FIELD_PATHS, so sizes and
    comments are absent there. Every other target asks as dbt-bigquery does.
-#}
{% macro bigquery__get_catalog(information_schema, schemas) -%}
    {%- if target.name != "emulator" -%}
        {{ return(dbt_bigquery.bigquery__get_catalog(information_schema, schemas)) }}
    {%- endif -%}
    {{ return(run_query(emulator_catalog_sql(information_schema))) }}
{%- endmacro %}

{% macro bigquery__get_catalog_relations(information_schema, relations) -%}
    {%- if target.name != "emulator" -%}
        {{ return(dbt_bigquery.bigquery__get_catalog_relations(information_schema, relations)) }}
    {%- endif -%}
    {%- set names = relations | map(attribute="identifier") | map("lower") | list -%}
    {{ return(run_query(
        emulator_catalog_sql(information_schema) ~ " where lower(tables.table_name) in ('" ~ names | join("', '") ~ "')"
    )) }}
{%- endmacro %}

{#- The columns of every relation of a dataset, with the names that dbt expects. -#}
{% macro emulator_catalog_sql(information_schema) -%}
    select
        tables.table_catalog as table_database,
        tables.table_schema,
        tables.table_name,
        case tables.table_type when 'VIEW' then 'view' else 'table' end as table_type,
        cast(null as string) as table_comment,
        cast(null as string) as table_owner,
        columns.column_name,
        columns.ordinal_position as column_index,
        columns.data_type as column_type,
        cast(null as string) as column_comment
    from {{ information_schema.replace(information_schema_view="TABLES") }} as tables
    inner join {{ information_schema.replace(information_schema_view="COLUMNS") }} as columns
        on tables.table_schema = columns.table_schema and tables.table_name = columns.table_name
{%- endmacro %}
