{#-
    What a model reads of one ref in this run: a boolean SQL expression for the WHERE of its import CTE.

    Give only columns by which narrowing keeps every row that the rebuilt rows depend on: rows of other players that
    matter (teammates, league means) must be narrowed by date alone. `lookback_days` reaches back for windows.
-#}
{% macro read_scope(date=none, player=none, team=none, game=none, lookback_days=0, lookahead_days=0) -%}
    {{- scope_predicate(
        model_scope(),
        {"date": date, "player": player, "team": team, "game": game},
        lookback_days,
        lookahead_days,
    ) -}}
{%- endmacro %}
