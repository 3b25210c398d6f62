-- Two origins with different columns; coordinates come out in feet from the hoop, the left corner at negative x.
-- The full seasons measure y from the baseline, 5.25 feet behind the hoop. Two of them look from the other side; the
-- first one is in tens of feet around 5.775, by which alone its distances come out. It also puts the first five games
-- under one id, so a game is looked up by date and teams where its id is none. A game that the origin's limit of rows
-- cut off, seen by less than 95 % of the box score's attempts, is refused as a whole.
with unified as (
    select
        game_id, game_date, cast(team_id as bigint) as team_id, player_id, null as game_event_id, quarter as period,
        60 * cast(mins_left as bigint) + secs_left as clock_seconds, shot_made, shot_type, action_type,
        basic_zone as area, zone_name as area_side, zone_range as area_range, shot_distance,
        case when season = '2020-21' then 10 * loc_x else -loc_x end as loc_x,
        case when season = '2020-21' then 10 * (loc_y - 5.775) else loc_y - 5.25 end as loc_y, home_team, away_team,
        file, file_row
    from shots_full
    union all
    select
        game_id, game_date, cast(team_id as bigint), player_id, game_event_id, period,
        60 * cast(minutes_remaining as bigint) + seconds_remaining, shot_made_flag = 1, shot_type, action_type,
        shot_zone_basic, shot_zone_area, shot_zone_range, shot_distance, loc_x / 10.0, loc_y / 10.0, htm, vtm, file,
        file_row
    from shots_partial
),

identified as (
    select
        unified.* exclude (game_id), coalesce(by_id.game_id, by_teams.game_id, unified.game_id) as game_id,
        by_id.game_id is null and by_teams.game_id is null as is_unknown_game
    from unified
    left join nba_raw.nbac_schedule as by_id on unified.game_id = by_id.game_id
    left join nba_raw.nbac_schedule as by_teams
        on
            by_id.game_id is null
            and unified.game_date = by_teams.game_date
            and unified.home_team = by_teams.home_team
            and unified.away_team = by_teams.away_team
),

team_attempts as (
    select game_id, team, max(fg_attempts) as attempts
    from nba_raw.nbac_team_boxscore
    group by game_id, team
),

game_attempts as (
    select game_id, sum(attempts) as attempts
    from team_attempts
    group by game_id
),

sides (zone_name, area_side) as (
    values
    ('Center', 'Center(C)'), ('Left Side', 'Left Side(L)'), ('Right Side', 'Right Side(R)'),
    ('Left Side Center', 'Left Side Center(LC)'), ('Right Side Center', 'Right Side Center(RC)'),
    ('Back Court', 'Back Court(BC)')
)

select
    identified.game_id, game_date, 2000 + cast(substr(identified.game_id, 4, 2) as bigint) as season_year, teams.team,
    case when teams.team = home_team then away_team else home_team end as opponent,
    cast(player_id as varchar) as player_id,
    row_number() over (
        partition by identified.game_id, player_id order by period, clock_seconds desc, file_row
    ) as shot_ordinal,
    game_event_id, period, clock_seconds, shot_made, case when shot_type like '3PT%' then 3 else 2 end as shot_value,
    action_type, area, coalesce(sides.area_side, identified.area_side) as area_side, area_range, shot_distance,
    round(cast(loc_x as double), 2) as loc_x, round(cast(loc_y as double), 2) as loc_y,
    'shotchartdetail' as source_variant, file as source_file,
    cast(game_date as timestamp) + interval 30 hour as observed_at,
    case
        when teams.team is null then 'foreign_team'
        when is_unknown_game then 'no_such_game'
        when count(*) over (partition by identified.game_id) < 0.95 * game_attempts.attempts then 'game_cut_off'
    end as refusal
from identified
left join teams using (team_id)
left join game_attempts on identified.game_id = game_attempts.game_id
left join sides on identified.area_side = sides.zone_name
