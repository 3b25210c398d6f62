{#-
    Share of a run's work that changed nothing, percent: as the ledger has it, else from the counts. NULL = not measured.
-#}
{% macro run_waste(relation) -%}
    coalesce(
        {{ relation }}.waste_pct,
        100 * {{ safe_divide(
            "(" ~ relation ~ ".entities_processed - " ~ relation ~ ".entities_changed)", relation ~ ".entities_processed"
        ) }}
    )
{%- endmacro %}
