with

reports as (
    select * from {{ ref("stg_nba_com__injury_report") }}
    where game_id is not null
),

covered as (
    select
        game_id,
        game_date,
        report_at,
        report_date,
        home_team,
        away_team,
        max(tip_off_utc) as tip_off_utc,
        max(case when injury_status = 'not_submitted' and team = home_team then 1 else 0 end) as home_missing,
        max(case when injury_status = 'not_submitted' and team = away_team then 1 else 0 end) as away_missing,
        max(source_last_updated) as source_last_updated
    from reports
    group by game_id, game_date, report_at, report_date, home_team, away_team
),

-- a team without a line in a report that covers its game has submitted an empty list
final as (
    select
        game_id, home_team as team, report_at, report_date, game_date, tip_off_utc, home_missing = 0 as is_submitted,
        source_last_updated
    from covered
    union all
    select game_id, away_team, report_at, report_date, game_date, tip_off_utc, away_missing = 0, source_last_updated
    from covered
)

select * from final
