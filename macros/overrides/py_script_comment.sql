{#-
    dbt's entry point for code behind a Python model. It is rendered when the node is compiled, with the vars of the
    invocation, also under a preloaded manifest; the config of the yml is frozen at parse time and could not carry them.
-#}
{% macro py_script_comment() -%}
meta_dict["run_parameters"] = {{ prediction_run_parameters() }}
{%- if target.type == "bigquery" %}
meta_dict["appended_statements"] = {{ single_statements(record_appended("predictions_made")) }}
meta_dict["covered_statements"] = {{ single_statements(record_scope(model_scope()) ~ move_watermark(model_scope())) }}
{%- endif -%}
{%- endmacro %}

{#- Statements that the process which makes the predictions runs in the transaction of their rows, one by one. -#}
{% macro single_statements(script) -%}
    {{ return(script.split(";") | map("trim") | select | list) }}
{%- endmacro %}

{#- Parameters of this run for a Python model: what the scope macros give to SQL models. Absent lists stay none. -#}
{% macro prediction_run_parameters() -%}
    {%- set scope = model_scope() -%}
    {%- set parameters = {
        "run_id": var("run_id", invocation_id),
        "as_of": run_as_of_text(),
        "prediction_mode": var("prediction_mode", "live"),
    } -%}
    {%- for name in ["written_at", "batch_id", "correlation_id", "code_version"] -%}
        {%- do parameters.update({name: var(name, none)}) -%}
    {%- endfor -%}
    {%- for name in ["from_date", "to_date"] -%}
        {%- do parameters.update({name: scope[name] | string if scope[name] else none}) -%}
    {%- endfor -%}
    {%- for kind in ["player", "team", "game"] -%}
        {%- set ids = [] if scope["mode"] == "none" else scope["ids"].get(kind) -%}
        {%- do parameters.update({kind ~ "_ids": ids}) -%}
    {%- endfor -%}
    {{ return(parameters) }}
{%- endmacro %}
