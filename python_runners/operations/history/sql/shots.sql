-- Two origins with different columns and units; coordinates come out in feet from the hoop.
with unified as (
    select game_id, game_date, cast(team_id as bigint) as team_id, player_id, null as game_event_id, quarter as period,
        60 * cast(mins_left as bigint) + secs_left as clock_seconds, shot_made, shot_type, action_type, basic_zone as area,
        zone_name as area_side, zone_range as area_range, shot_distance, cast(loc_x as double) as loc_x,
        cast(loc_y as double) - 5.25 as loc_y, home_team, away_team, file, file_row
    from shots_full
    union all
    select game_id, game_date, cast(team_id as bigint), player_id, game_event_id, period,
        60 * cast(minutes_remaining as bigint) + seconds_remaining, shot_made_flag = 1, shot_type, action_type, shot_zone_basic,
        shot_zone_area, shot_zone_range, shot_distance, loc_x / 10.0, loc_y / 10.0, htm, vtm, file, file_row
    from shots_partial
)

select
    game_id, game_date, 2000 + cast(substr(game_id, 4, 2) as bigint) as season_year, teams.team,
    case when teams.team = home_team then away_team else home_team end as opponent,
    cast(player_id as varchar) as player_id,
    row_number() over (partition by game_id, player_id order by period, clock_seconds desc, file_row) as shot_ordinal,
    game_event_id, period, clock_seconds, shot_made, case when shot_type like '3PT%' then 3 else 2 end as shot_value,
    action_type, area, area_side, area_range, shot_distance, loc_x, loc_y,
    'shotchartdetail' as source_variant, file as source_file, cast(game_date as timestamp) + interval 30 hour as observed_at,
    case when teams.team is null then 'foreign_team' end as refusal
from unified
left join teams using (team_id)
