with

games as (
    select * from {{ ref("dim_game") }}
),

offers as (
    select * from {{ source("bettingpros", "bettingpros_player_points_props") }}
    where game_date >= {{ first_stored_date() }}
),

final as (
    select
        offers.bp_event_id,
        offers.offer_id,
        games.game_id,
        offers.game_date,
        -- whichever start is earlier: a price seen after either may be an in-play one
        case when offers.scheduled_at < games.tip_off_utc then offers.scheduled_at else games.tip_off_utc end
            as tip_off_utc,
        offers.home_team,
        offers.away_team,
        offers.book_id,
        offers.bookmaker,
        offers.player_name_raw,
        {{ normalize_name("offers.player_name_raw") }} as player_lookup,
        {{ normalize_name_base("offers.player_name_raw") }} as player_lookup_base,
        offers.line,
        offers.over_price,
        offers.under_price,
        offers.is_active,
        offers.is_main,
        offers.book_updated_at as price_updated_at,
        offers.snapshot_at,
        offers.loaded_at as source_last_updated
    from offers
    left join games
        on
            offers.game_date = games.game_date
            and offers.home_team = games.home_team
            and offers.away_team = games.away_team
)

select * from final
