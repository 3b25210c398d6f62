{#-
    Fewest games that make a rolling row usable, growing with the days since the first regular-season date: from 3 in the
    second week up to the cap.
-#}
{% macro minimum_window_games(days_since_season_start, cap) -%}
    least({{ cap }}, greatest(3, 2 + cast(floor({{ days_since_season_start }} / 4) as int64)))
{%- endmacro %}

{#- Days after the first regular-season date during which every rolling row is written as bootstrap and unusable. -#}
{% macro bootstrap_days() -%} 7 {%- endmacro %}
