-- Both sides of a game at a neutral site read away here: the schedule decides.
-- The running season's league log: whole minutes, no advanced columns.
select
    player_log.game_id, player_log.game_date, player_log.season, cast(left(player_log.season, 4) as bigint) as season_year, 'regular' as season_type,
    cast(player_id as varchar) as player_id, player_name, player_log.team, opponent,
    player_log.team = schedule.home_team as is_home, wl as win_loss,
    cast(min as double) as minutes, true as minutes_are_whole,
    pts as points, fgm as fg_makes, fga as fg_attempts, fg3m as three_makes, fg3a as three_attempts, ftm as ft_makes,
    fta as ft_attempts, oreb as offensive_rebounds, dreb as defensive_rebounds, reb as rebounds, ast as assists,
    stl as steals, blk as blocks, tov as turnovers, pf as personal_fouls, plus_minus,
    'leaguegamelog' as source_variant, file as source_file, cast(player_log.game_date as timestamp) + interval 30 hour as observed_at,
    case
        when schedule.home_team is null then 'not_in_schedule'
        when pts <> 2 * (fgm - fg3m) + 3 * fg3m + ftm then 'points_do_not_add_up'
        when wl is null then 'game_still_running'
    end as refusal
from player_log
left join nba_raw.nbac_schedule as schedule on player_log.game_id = schedule.game_id
