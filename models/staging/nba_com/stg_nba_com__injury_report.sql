with

games as (
    select * from {{ ref("dim_game") }}
),

reports as (
    select * from {{ source("nba_com", "nbac_injury_report") }}
),

-- the matchup names both sides; the printed time has no half of the day and is not used
final as (
    select
        reports.report_at,
        reports.report_date,
        reports.game_date,
        games.game_id,
        games.tip_off_utc,
        games.home_team,
        games.away_team,
        reports.team,
        reports.listing_order,
        reports.player_name_raw,
        {{ normalize_name("reports.player_name_raw") }} as player_lookup,
        {{ normalize_name_base("reports.player_name_raw") }} as player_lookup_base,
        reports.injury_status,
        reports.reason,
        reports.reason_category,
        reports.loaded_at as source_last_updated
    from reports
    left join games
        on
            reports.game_date = games.game_date
            and substr(reports.matchup, 1, 3) = games.away_team
            and substr(reports.matchup, 5, 3) = games.home_team
)

select * from final
