{#-
    Labels of every BigQuery job of dbt, as the JSON of the query comment: what the run is, and what the statement is for.
    Nothing on DuckDB, which has no jobs.
-#}
{% macro job_labels(node) -%}
    {%- if target.type == "bigquery" -%}
        {%- set labels = {
            "app": "nba-props",
            "correlation_id": var("correlation_id", "none"),
            "run_id": var("run_id", invocation_id),
            "node": node.name or "connection",
        } -%}
        {%- if node.config and node.config.meta and node.config.meta.phase -%}
            {%- do labels.update({"phase": node.config.meta.phase | string}) -%}
        {%- endif -%}
        {{- tojson(labels) -}}
    {%- endif -%}
{%- endmacro %}
