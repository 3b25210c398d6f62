-- Both sides of a game at a neutral site read away here: the schedule decides.
-- Team logs count minutes per player position and put team turnovers into the total: the players' sum is taken apart.
with player_turnovers as (
    select game_id, team, sum(tov) as turnovers from player_box group by game_id, team
)

select
    team_box.game_id, team_box.game_date, cast(left(team_box.season, 4) as bigint) as season_year, team_id, team_box.team, opponent,
    team_box.team = schedule.home_team as is_home,
    5 * min as team_minutes, pts as points, fgm as fg_makes, fga as fg_attempts, fg3m as three_makes,
    fg3a as three_attempts, ftm as ft_makes, fta as ft_attempts, oreb as offensive_rebounds, dreb as defensive_rebounds,
    ast as assists, stl as steals, blk as blocks, cast(player_turnovers.turnovers as bigint) as turnovers,
    cast(tov - player_turnovers.turnovers as bigint) as team_turnovers, pf as personal_fouls, pfd as fouls_drawn,
    pts_paint as points_in_paint, pts_fb as fast_break_points, pts_2nd_chance as second_chance_points,
    pts_off_tov as points_off_turnovers,
    'teamgamelogs' as source_variant, file as source_file, cast(team_box.game_date as timestamp) + interval 30 hour as observed_at,
    case
        when player_turnovers.turnovers is null then 'no_player_rows'
        when schedule.home_team is null then 'not_in_schedule'
    end as refusal
from team_box
left join nba_raw.nbac_schedule as schedule on team_box.game_id = schedule.game_id
left join player_turnovers on team_box.game_id = player_turnovers.game_id and team_box.team = player_turnovers.team
