{#- Effective field goal share: a made three counts one and a half times. NULL without an attempt. -#}
{% macro effective_fg_pct(fg_makes, three_makes, fg_attempts) -%}
    {{ safe_divide("(2 * " ~ fg_makes ~ " + " ~ three_makes ~ ")", "(2 * " ~ fg_attempts ~ ")") }}
{%- endmacro %}

{#- True shooting share: points over two points for each shooting possession, FGA + 0.44·FTA. NULL without one. -#}
{% macro true_shooting_pct(points, fg_attempts, ft_attempts) -%}
    {{ safe_divide("(100 * " ~ points ~ ")", "(200 * " ~ fg_attempts ~ " + 88 * " ~ ft_attempts ~ ")") }}
{%- endmacro %}
