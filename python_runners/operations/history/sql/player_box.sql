-- Both sides of a game at a neutral site read away here: the schedule decides.
-- Player game logs with decimal minutes. The advanced columns are shares that the service computes itself.
select
    player_box.game_id, player_box.game_date, player_box.season, cast(left(player_box.season, 4) as bigint) as season_year,
    case substr(player_box.game_id, 3, 1) when '2' then 'regular' when '4' then 'playoffs' when '5' then 'play_in' else 'cup_final' end
        as season_type,
    cast(player_id as varchar) as player_id, player_name, player_box.team, opponent,
    player_box.team = schedule.home_team as is_home, wl as win_loss,
    min as minutes, false as minutes_are_whole,
    pts as points, fgm as fg_makes, fga as fg_attempts, fg3m as three_makes, fg3a as three_attempts, ftm as ft_makes,
    fta as ft_attempts, oreb as offensive_rebounds, dreb as defensive_rebounds, reb as rebounds, ast as assists,
    stl as steals, blk as blocks, blka as blocks_received, tov as turnovers, pf as personal_fouls, pfd as fouls_drawn,
    plus_minus, pts_paint as points_in_paint, pts_fb as fast_break_points, pts_2nd_chance as second_chance_points,
    pts_off_tov as points_off_turnovers, cast(round(pct_ast_fgm * fgm) as bigint) as assisted_fg_makes,
    usg_pct as usage_rate_official, off_rating as offensive_rating_official, def_rating as defensive_rating_official,
    pace as pace_official,
    'playergamelogs' as source_variant, file as source_file, cast(player_box.game_date as timestamp) + interval 30 hour as observed_at,
    case
        when schedule.home_team is null then 'not_in_schedule'
        when pts <> 2 * (fgm - fg3m) + 3 * fg3m + ftm then 'points_do_not_add_up'
        when reb <> oreb + dreb then 'rebounds_do_not_add_up'
    end as refusal
from player_box
left join nba_raw.nbac_schedule as schedule on player_box.game_id = schedule.game_id
