-- the players' lines of a team add up to the team's line, minutes within the rounding of whole-minute logs
with

player_sums as (
    select
        game_id,
        team,
        {%- for column in ["points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts", "rebounds", "assists", "steals", "blocks", "turnovers"] %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        sum(minutes) as minutes,
        count(*) as players_used,
        max(case when stats_source = 'leaguegamelog' then 4 else 0.5 end) as minutes_tolerance
    from {{ ref("player_game_summary") }}
    where not is_dnp
    group by game_id, team
    having min(found_games) = 1
)

select
    player_sums.game_id,
    player_sums.team
from player_sums
left join {{ ref("team_offense_game_summary") }} as team_line
    on player_sums.game_id = team_line.game_id and player_sums.team = team_line.team
where
    team_line.game_id is null
    {%- for column in ["points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts", "rebounds", "assists", "steals", "blocks", "turnovers", "players_used"] %}
    or player_sums.{{ column }} != team_line.{{ column }}
    {%- endfor %}
    or abs(player_sums.minutes - team_line.team_minutes) > player_sums.minutes_tolerance + 0.001
