-- shots by zone of a team are those of its players, and threes by zone are the box score's
with

player_sums as (
    select
        game_id,
        team,
        sum(paint_attempts) as paint_attempts,
        sum(paint_makes) as paint_makes,
        sum(mid_range_attempts) as mid_range_attempts,
        sum(mid_range_makes) as mid_range_makes
    from {{ ref("player_game_summary") }}
    where not is_dnp
    group by game_id, team
    having min(case when has_shot_zones then 1 else 0 end) = 1 and max(zones_source) is not null
)

select
    player_sums.game_id,
    player_sums.team
from player_sums
inner join {{ ref("team_offense_game_summary") }} as team_line
    on player_sums.game_id = team_line.game_id and player_sums.team = team_line.team
where
    not team_line.has_shot_zones
    or player_sums.paint_attempts != team_line.paint_attempts
    or player_sums.paint_makes != team_line.paint_makes
    or player_sums.mid_range_attempts != team_line.mid_range_attempts
    or player_sums.mid_range_makes != team_line.mid_range_makes
