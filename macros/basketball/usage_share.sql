{#-
    Share of the team's shooting possessions and turnovers that a player used while on court, from his line and the line
    of his team in the game. Not bounded by 1 for the shortest stints.
-#}
{% macro usage_share(player, team) -%}
    {{ safe_divide(
        "(100 * " ~ player ~ ".fg_attempts + 44 * " ~ player ~ ".ft_attempts + 100 * " ~ player ~ ".turnovers) * "
        ~ team ~ ".team_minutes",
        "(5 * " ~ player ~ ".minutes * (100 * " ~ team ~ ".fg_attempts + 44 * " ~ team ~ ".ft_attempts + 100 * "
        ~ team ~ ".turnovers))",
    ) }}
{%- endmacro %}
