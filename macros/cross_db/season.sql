{#- Season label, such as 2025-26, of a season's first calendar year. -#}
{% macro season_label(season_year) -%}
    concat(cast({{ season_year }} as string), '-', substr(cast({{ season_year }} + 1 as string), 3, 2))
{%- endmacro %}

{#- Kind of game that the type digit of an NBA.com game id stands for. -#}
{% macro season_type_of(game_id) -%}
    case substr({{ game_id }}, 3, 1)
        when '1' then 'preseason'
        when '2' then 'regular'
        when '3' then 'all_star'
        when '4' then 'playoffs'
        when '5' then 'play_in'
        when '6' then 'cup_final'
    end
{%- endmacro %}

{#- True for games whose results enter averages and streaks. -#}
{% macro counts_in_windows(season_type) -%}
    {{ season_type }} in ('regular', 'play_in', 'playoffs', 'cup_final')
{%- endmacro %}
