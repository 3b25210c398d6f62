{#- Possessions of a game, one number for both sides: the mean of the estimates from the two team lines. -#}
{% macro game_possessions(line, opposing_line) -%}
    {{ safe_divide("(" ~ possession_units(line) ~ " + " ~ possession_units(opposing_line) ~ ")", "200") }}
{%- endmacro %}
