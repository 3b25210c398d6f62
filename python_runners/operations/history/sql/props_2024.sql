-- One side per row becomes one row per line. The files carry no snapshot time: the price's own update time stands in.
with sides as (
    select
        event_id, cast(commence_time as timestamptz) as commence, home_team, away_team, bookmaker, market, player_name,
        line, outcome, price_american, cast(market_last_update as timestamptz) as updated, file
    from props_2024
)

select
    event_id as odds_event_id, timezone('UTC', commence) as commence_time,
    cast(timezone('America/New_York', commence) as date) as game_date, home.team as home_team, away.team as away_team,
    bookmaker, market, player_name as player_name_raw, line,
    max(case when outcome = 'Over' then price_american end) as over_price,
    max(case when outcome = 'Under' then price_american end) as under_price,
    timezone('UTC', updated) as market_last_update, timezone('UTC', updated) as snapshot_at,
    'historical' as snapshot_kind, 'event_odds' as source_variant, min(file) as source_file,
    timezone('UTC', updated) as observed_at,
    case
        when home.team is null or away.team is null then 'unknown_team'
        when count(distinct price_american) filter (where outcome = 'Over') > 1
            or count(distinct price_american) filter (where outcome = 'Under') > 1 then 'side_listed_twice'
    end as refusal
from sides
left join team_names as home on lower(sides.home_team) = home.name
left join team_names as away on lower(sides.away_team) = away.name
group by event_id, commence, home.team, away.team, bookmaker, market, player_name, line, updated
