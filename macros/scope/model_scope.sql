{#-
    The scope of this run for this model: a mapping with mode ("all" rows, "dates" only, "listed" entities, or "none"),
    ids (kind -> list), from_date, to_date, and watermark, the newest change that it covers (none when it does not
    follow the change log).

    An event run (var `event`) takes the scope from what moved since the model's watermark. Otherwise the vars player_ids,
    team_ids, game_ids, from_date and to_date give it. The var assume_incremental compiles the SQL of an incremental run
    where no warehouse is at hand.
-#}
{% macro model_scope() -%}
    {%- set everything = {"mode": "all", "ids": {}, "from_date": none, "to_date": none, "watermark": none} -%}
    {%- if not execute or model.resource_type == "unit_test" or flags.FULL_REFRESH -%}
        {{ return(everything) }}
    {%- elif not var("assume_incremental", false) and not is_incremental() and model.language == "sql" -%}
        {{ return(everything) }}
    {%- elif config.get("meta", {}).get("always") -%}
        {{ return(everything) }}
    {%- elif var("event", none) -%}
        {%- set known = var("event")["scopes"] -%}
        {%- if model.name not in known -%} {%- do known.update({model.name: scope_of_changes()}) -%} {%- endif -%}
        {{ return(known[model.name]) }}
    {%- endif -%}
    {{ return(targeted_scope()) }}
{%- endmacro %}

{#-
    The scope that the vars of the run ask for. An absent list says nothing about its kind, an empty list means none of
    them, "all" lifts the narrowing. A run that lists only kinds which this model is not narrowed by touches none of its
    rows.
-#}
{% macro targeted_scope() -%}
    {%- set from_date = var("from_date", none) -%}
    {%- set to_date = var("to_date", none) -%}
    {%- set dated = {
        "mode": "dates" if from_date or to_date else "all", "ids": {}, "from_date": from_date, "to_date": to_date,
        "watermark": none,
    } -%}
    {%- set lists = {} -%}
    {%- for kind in ["player", "team", "game"] -%}
        {%- set ids = var(kind ~ "_ids", none) -%}
        {%- if ids is not none -%} {%- do lists.update({kind: ids}) -%} {%- endif -%}
    {%- endfor -%}
    {%- set meta = config.get("meta", {}) -%}
    {%- if not lists or meta.get("scope") == "date" -%}
        {{ return(dated) }}
    {%- endif -%}
    {%- set own = {} -%}
    {%- for kind in meta["entities"] if kind in lists -%} {%- do own.update({kind: lists[kind]}) -%} {%- endfor -%}
    {%- if "all" in own.values() -%}
        {{ return(dated) }}
    {%- endif -%}
    {{ return(listed_scope(own, from_date, to_date, none)) }}
{%- endmacro %}

{#- A scope of listed ids; beyond 50 of a kind the dates alone decide, because a long list costs more than the dates. -#}
{% macro listed_scope(ids, from_date, to_date, watermark) -%}
    {%- set widest = ids.values() | map("length") | sort | last | default(0) -%}
    {%- set mode = "none" if widest == 0 else ("listed" if widest <= 50 else ("dates" if from_date or to_date else "all")) -%}
    {{ return({
        "mode": mode, "ids": ids if mode == "listed" else {}, "from_date": from_date, "to_date": to_date,
        "watermark": watermark,
    }) }}
{%- endmacro %}
