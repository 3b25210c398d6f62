with

lines as (
    select * from {{ ref("stg_odds_api__game_lines") }}
    where game_id is not null and market in ('spreads', 'totals')
),

bookmakers as (
    select * from {{ ref("bookmakers") }}
),

final as (
    select
        lines.game_id,
        lines.bookmaker,
        lines.snapshot_at,
        lines.game_date,
        lines.home_team,
        lines.away_team,
        lines.tip_off_utc,
        bookmakers.line_rank,
        max(case when lines.market = 'spreads' and lines.side = 'home' then lines.point end) as home_spread,
        max(case when lines.market = 'totals' and lines.side = 'over' then lines.point end) as game_total,
        max(lines.price_updated_at) as price_updated_at,
        lines.bookmaker in ('closing_consensus', 'consensus') as is_assumed_time,
        max(lines.source_last_updated) as source_last_updated
    from lines
    inner join bookmakers
        on lines.bookmaker = bookmakers.bookmaker and bookmakers.line_rank is not null
    group by
        lines.game_id, lines.bookmaker, lines.snapshot_at, lines.game_date, lines.home_team, lines.away_team,
        lines.tip_off_utc, bookmakers.line_rank
)

select * from final
