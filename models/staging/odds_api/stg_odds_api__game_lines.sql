with

games as (
    select * from {{ ref("dim_game") }}
),

lines as (
    select * from {{ source("odds_api", "odds_api_game_lines") }}
    where game_date >= {{ first_stored_date() }}
),

final as (
    select
        lines.odds_event_id,
        games.game_id,
        lines.game_date,
        -- whichever start is earlier: a price seen after either may be an in-play one
        case when lines.commence_time < games.tip_off_utc then lines.commence_time else games.tip_off_utc end
            as tip_off_utc,
        lines.home_team,
        lines.away_team,
        lines.bookmaker,
        lines.market,
        lines.side,
        lines.point,
        lines.price,
        lines.market_last_update as price_updated_at,
        lines.snapshot_at,
        lines.snapshot_kind,
        lines.loaded_at as source_last_updated
    from lines
    left join games
        on
            lines.game_date = games.game_date
            and lines.home_team = games.home_team
            and lines.away_team = games.away_team
)

select * from final
