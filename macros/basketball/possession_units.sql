{#-
    Hundredths of a possession that a team line accounts for: FGA + 0.44·FTA − OREB + TOV, turnovers being the players'
    own. A whole number, so that the mean of the two teams is the same from either side.
-#}
{% macro possession_units(line) -%}
    (
        100 * {{ line }}.fg_attempts + 44 * {{ line }}.ft_attempts
        - 100 * {{ line }}.offensive_rebounds + 100 * {{ line }}.turnovers
    )
{%- endmacro %}
