with

games as (
    select * from {{ ref("dim_game") }}
),

props as (
    select * from {{ source("odds_api", "odds_api_player_points_props") }}
    where game_date >= {{ first_stored_date() }}
),

-- an event of the market is the game of the same two teams on the same Eastern date
final as (
    select
        props.odds_event_id,
        games.game_id,
        props.game_date,
        -- whichever start is earlier: a price seen after either may be an in-play one
        case when props.commence_time < games.tip_off_utc then props.commence_time else games.tip_off_utc end
            as tip_off_utc,
        props.home_team,
        props.away_team,
        props.bookmaker,
        props.player_name_raw,
        {{ normalize_name("props.player_name_raw") }} as player_lookup,
        {{ normalize_name_base("props.player_name_raw") }} as player_lookup_base,
        props.line,
        props.over_price,
        props.under_price,
        props.market_last_update as price_updated_at,
        props.snapshot_at,
        props.snapshot_kind,
        props.loaded_at as source_last_updated
    from props
    left join games
        on
            props.game_date = games.game_date
            and props.home_team = games.home_team
            and props.away_team = games.away_team
)

select * from final
