{#-
    Delete the write scope, insert the rebuilt rows. Rows that vanished upstream go with the delete; rows outside the
    scope are never touched. Columns are named, so a column that the SQL lacks is an error and not a NULL.
-#}
{% macro scoped_replace_sql(relation, compiled_code) -%}
    {%- set columns = model["columns"].keys() | join(", ") -%}
    delete from {{ relation }} where {{ write_scope() }};
    insert into {{ relation }} ({{ columns }})
    select {{ columns }} from (
        {{ compiled_code }}
    ) as rebuilt;
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
