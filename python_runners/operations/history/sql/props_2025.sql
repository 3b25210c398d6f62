-- One snapshot a day; its time is the name of the file.
select
    event_id as odds_event_id, timezone('UTC', cast(commence_time as timestamptz)) as commence_time,
    cast(timezone('America/New_York', cast(commence_time as timestamptz)) as date) as game_date,
    home.team as home_team, away.team as away_team, bookmaker, market, player_name as player_name_raw, line,
    max(over_price_american) as over_price, max(under_price_american) as under_price,
    cast(null as timestamp) as market_last_update, cast(snapshot_file_ts as timestamp) as snapshot_at,
    'historical' as snapshot_kind, 'event_odds' as source_variant, min(file) as source_file,
    cast(snapshot_file_ts as timestamp) as observed_at,
    case
        when home.team is null or away.team is null then 'unknown_team'
        when snapshot_ts_basis not like 'utc%' then 'snapshot_time_unknown'
    end as refusal
from props_2025
left join team_names as home on lower(props_2025.home_team) = home.name
left join team_names as away on lower(props_2025.away_team) = away.name
group by all
