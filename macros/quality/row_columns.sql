{#-
    The row group: row_digest, run_id, updated_at. The digest covers every column of the contract but lineage (source
    groups, as_of, the row group itself), so a new column counts by default.
-#}
{% macro row_columns(omit=[]) -%}
    {%- set covered = {} -%}
    {%- for name, column in model["columns"].items() -%}
        {%- if name not in ["row_digest", "run_id", "updated_at", "as_of"] + omit
            and not (name.startswith("source_") and name.endswith(("_last_updated", "_rows_found", "_completeness_pct"))) -%}
            {%- do covered.update({name: column["data_type"]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ digest(covered) }} as row_digest,
    {{ run_id() }} as run_id,
    {{ run_started_at_utc() }} as updated_at
{%- endmacro %}
