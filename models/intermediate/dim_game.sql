with

schedule as (
    select * from {{ ref("stg_nba_com__schedule") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

scoreboard as (
    select * from {{ ref("stg_nba_com__scoreboard") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

team_minutes as (
    select
        game_id,
        game_date,
        max(team_minutes) as team_minutes
    from {{ ref("stg_nba_com__team_boxscore") }}
    where {{ read_scope(date="game_date", game="game_id") }}
    group by game_id, game_date
),

arena_names as (
    select * from {{ ref("arena_names") }}
),

teams as (
    select * from {{ ref("teams") }}
),

arenas as (
    select * from {{ ref("arenas") }}
),

season_starts as (
    select
        season_year,
        min(first_regular_date) as first_regular_date
    from {{ ref("season_calendar") }}
    group by season_year
),

-- the scoreboard is minutes old where the schedule is hours old; a board of a former date says nothing
merged as (
    select
        schedule.game_id,
        schedule.game_date,
        schedule.season,
        schedule.season_year,
        schedule.season_type,
        schedule.tip_off_utc,
        schedule.is_time_tbd,
        case
            when scoreboard.game_status > schedule.game_status then scoreboard.game_status
            else schedule.game_status
        end as game_status,
        schedule.home_team,
        schedule.away_team,
        coalesce(schedule.home_score, scoreboard.home_score) as home_score,
        coalesce(schedule.away_score, scoreboard.away_score) as away_score,
        coalesce(
            scoreboard.overtime_periods,
            cast(round((team_minutes.team_minutes - 240) / 25) as int64)
        ) as overtime_periods,
        schedule.is_neutral,
        schedule.postponed_status,
        coalesce(arena_names.arena_id, case when not schedule.is_neutral then teams.home_arena_id end) as arena_id,
        case
            when scoreboard.source_last_updated > schedule.source_last_updated then scoreboard.source_last_updated
            else schedule.source_last_updated
        end as source_last_updated
    from schedule
    left join scoreboard
        on
            schedule.game_id = scoreboard.game_id
            and schedule.game_date = scoreboard.game_date
    left join team_minutes
        on
            schedule.game_id = team_minutes.game_id
            and schedule.game_date = team_minutes.game_date
    left join arena_names
        on schedule.arena_name = arena_names.arena_name
    left join teams
        on schedule.home_team = teams.team
),

final as (
    select
        merged.game_id,
        merged.game_date,
        merged.season,
        merged.season_year,
        merged.season_type,
        merged.tip_off_utc,
        merged.is_time_tbd,
        merged.game_status,
        merged.game_status = 3 as is_final,
        merged.home_team,
        merged.away_team,
        case when merged.game_status > 1 then merged.home_score end as home_score,
        case when merged.game_status > 1 then merged.away_score end as away_score,
        case when merged.game_status = 3 then merged.overtime_periods end as overtime_periods,
        merged.is_neutral,
        merged.postponed_status,
        merged.arena_id,
        arenas.latitude as arena_latitude,
        arenas.longitude as arena_longitude,
        arenas.time_zone as arena_time_zone,
        {{ counts_in_windows("merged.season_type") }} as counts_in_windows,
        season_starts.first_regular_date,
        merged.source_last_updated
    from merged
    left join arenas
        on merged.arena_id = arenas.arena_id
    left join season_starts
        on merged.season_year = season_starts.season_year
)

select * from final
where {{ write_scope() }}
