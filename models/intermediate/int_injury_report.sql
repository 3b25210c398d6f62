with

reports as (
    select * from {{ ref("stg_nba_com__injury_report") }}
    where game_id is not null and player_name_raw is not null and injury_status != 'not_submitted'
        and {{ read_scope(date="game_date", game="game_id") }}
        and {{ read_scope(date="report_date", lookback_days=7, lookahead_days=1) }}
),

matches as (
    select * from {{ ref("int_player_name_match") }}
    where source_name = 'injury_report' and player_id is not null and {{ read_scope(date="game_date", game="game_id") }}
),

-- a player whom two lines of one report name counts once, with the graver status
ranked as (
    select
        reports.game_id,
        reports.player_id,
        reports.report_at,
        reports.game_date,
        reports.tip_off_utc,
        reports.team,
        reports.player_name_raw,
        reports.injury_status,
        reports.reason,
        reports.reason_category,
        reports.match_method,
        reports.source_last_updated,
        row_number() over (
            partition by reports.game_date, reports.game_id, reports.player_id, reports.report_at
            order by
                case reports.injury_status
                    when 'out' then 1 when 'doubtful' then 2 when 'questionable' then 3 when 'probable' then 4 else 5
                end,
                reports.team, reports.listing_order
        ) as choice
    from (
        select
            reports.*,
            matches.player_id,
            matches.match_method
        from reports
        inner join matches
            on
                reports.game_date = matches.game_date
                and reports.game_id = matches.game_id
                and reports.player_name_raw = matches.player_name_raw
    ) as reports
),

final as (
    select
        game_id,
        player_id,
        report_at,
        game_date,
        tip_off_utc,
        team,
        player_name_raw,
        injury_status,
        reason,
        reason_category,
        match_method,
        source_last_updated
    from ranked
    where choice = 1
)

select * from final
where {{ write_scope() }}
