{#- What a model replaces in this run, over its own columns as `meta.scope_columns` names them. -#}
{% macro write_scope() -%}
    {{- scope_predicate(model_scope(), config.get("meta", {})["scope_columns"]) -}}
{%- endmacro %}
