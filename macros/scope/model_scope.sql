{#-
    The scope of this run for this model, from the vars player_ids, team_ids, game_ids, from_date and to_date.

    Gives a mapping: mode ("all" rows, "dates" only, "listed" entities, or "none"), ids (kind -> list), from_date, to_date.
    An absent list says nothing about its kind, an empty list means none of them, "all" lifts the narrowing. A run that
    lists only kinds which this model is not narrowed by touches none of its rows. Beyond 50 ids the dates alone decide,
    because a long list costs more than the plain date filter. The var assume_incremental compiles the SQL of an
    incremental run where no warehouse is at hand.
-#}
{% macro model_scope() -%}
    {%- set everything = {"mode": "all", "ids": {}, "from_date": none, "to_date": none} -%}
    {%- if not execute or model.resource_type == "unit_test" or flags.FULL_REFRESH -%}
        {{ return(everything) }}
    {%- elif not var("assume_incremental", false) and not is_incremental() -%}
        {{ return(everything) }}
    {%- endif -%}
    {%- set given = var("scopes", {}).get(model.name, {}) -%}
    {%- set from_date = given.get("from_date", var("from_date", none)) -%}
    {%- set to_date = given.get("to_date", var("to_date", none)) -%}
    {%- set dated = {
        "mode": "dates" if from_date or to_date else "all", "ids": {}, "from_date": from_date, "to_date": to_date
    } -%}
    {%- set lists = {} -%}
    {%- for kind in ["player", "team", "game"] -%}
        {%- set ids = given.get(kind ~ "_ids", var(kind ~ "_ids", none)) -%}
        {%- if ids is not none -%} {%- do lists.update({kind: ids}) -%} {%- endif -%}
    {%- endfor -%}
    {%- set meta = config.get("meta", {}) -%}
    {%- if not lists or meta.get("scope") == "date" -%}
        {{ return(dated) }}
    {%- endif -%}
    {%- set own = {} -%}
    {%- for kind in meta["entities"] if kind in lists -%} {%- do own.update({kind: lists[kind]}) -%} {%- endfor -%}
    {%- set widest = own.values() | reject("string") | map("length") | sort | last | default(0) -%}
    {%- if "all" in own.values() or widest > 50 -%}
        {{ return(dated) }}
    {%- elif widest == 0 -%}
        {{ return({"mode": "none", "ids": {}, "from_date": from_date, "to_date": to_date}) }}
    {%- endif -%}
    {{ return({"mode": "listed", "ids": own, "from_date": from_date, "to_date": to_date}) }}
{%- endmacro %}
