-- The game finder knows every type of game. At neutral sites both rows read AWAY @ HOME, so sides come from the text.
-- Its minutes are sums of rounded ones, so overtimes are derived from them. Its turnovers are the players'.
with games as (
    select
        game_id, game_date, team_id, team, matchup, min, pts, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, ast, stl, blk,
        tov, pf, file, file_row
    from team_games
    union all
    select
        game_id, game_date, log.team_id, teams.team, matchup, min, pts, fgm, fga, fg3m, fg3a, ftm, fta, oreb, dreb, ast,
        stl, blk, tov, pf, file, file_row
    from team_log_2025 as log
    left join teams using (team_id)
),

sided as (
    select
        *,
        case when matchup like '% @ %' then right(matchup, 3) else left(matchup, 3) end as home_team,
        case when matchup like '% @ %' then left(matchup, 3) else right(matchup, 3) end as away_team
    from games
)

select
    game_id, game_date, 2000 + cast(substr(game_id, 4, 2) as bigint) as season_year, team_id, team,
    case when team = home_team then away_team else home_team end as opponent, team = home_team as is_home,
    cast(240 + 25 * round((min - 240) / 25.0) as double) as team_minutes, pts as points, fgm as fg_makes,
    fga as fg_attempts, fg3m as three_makes, fg3a as three_attempts, ftm as ft_makes, fta as ft_attempts,
    oreb as offensive_rebounds, dreb as defensive_rebounds, ast as assists, stl as steals, blk as blocks,
    tov as turnovers, pf as personal_fouls, 'leaguegamefinder' as source_variant, file as source_file,
    cast(game_date as timestamp) + interval 30 hour as observed_at,
    case
        when substr(game_id, 3, 1) = '3' then 'all_star_game'
        when team_id not between 1610612737 and 1610612766 then 'foreign_team'
        when home_team not in (select team from teams) or away_team not in (select team from teams)
            then 'foreign_opponent'
        when row_number() over (partition by game_id, team_id order by min desc, file, file_row) > 1 then 'same_key'
        when pts <> 2 * fgm + fg3m + ftm then 'points_do_not_add_up'
    end as refusal
from sided
