-- Three origins, each a bookmaker of its own. The closing file signs its absolute spread by the favourite and tells no
-- time: one hour before tip-off is assumed. DraftKings spreads carry the instant of the call, in Pacific time unless it
-- ends in Z; a call after tip-off is a later repair and no price of before. The consensus of the running season tells no
-- time either, and its lines are moved off by 0.0001. Where an origin has no price, the nominal -110 stands.
with closing as (
    select
        game_date, home.team as home_team, away.team as away_team,
        case whos_favored when 'home' then -spread when 'away' then spread end as home_spread, total, file
    from closing_lines
    left join team_names as home on closing_lines.home = home.name
    left join team_names as away on closing_lines.away = away.name
),

calls as (
    select
        event_id, game_date, home.team as home_team, away.team as away_team, home_spread, away_spread,
        cast(home_money_line as bigint) as home_price, cast(away_money_line as bigint) as away_price,
        case
            when api_call_date like '%Z' then cast(left(api_call_date, 19) as timestamp)
            else timezone('UTC', timezone('America/Los_Angeles', cast(left(api_call_date, 19) as timestamp)))
        end as called_at,
        file
    from draftkings
    left join team_names as home on lower(draftkings.home_team) = home.name
    left join team_names as away on lower(draftkings.away_team) = away.name
),

consensus as (
    select
        cast(timezone('America/New_York', cast(commence_time_utc as timestamptz)) as date) as game_date,
        home.team as home_team, away.team as away_team, most_common_spread_home, most_common_spread_away,
        most_common_total_line, file
    from consensus_2025
    left join team_names as home on lower(consensus_2025.team_home) = home.name
    left join team_names as away on lower(consensus_2025.team_away) = away.name
),

lines as (
    select
        'closing_' as event_prefix, null as event_id, game_date, home_team, away_team, 'closing_consensus' as bookmaker,
        market, side, point, -110 as price, null as called_at, file
    from closing
    cross join lateral (
        values
        ('spreads', 'home', home_spread), ('spreads', 'away', -home_spread),
        ('totals', 'over', total), ('totals', 'under', total)
    ) as sides (market, side, point)
    union all
    select
        null, event_id, game_date, home_team, away_team, 'draftkings', 'spreads', side, point, price, called_at, file
    from calls
    cross join lateral (
        values ('home', home_spread, home_price), ('away', away_spread, away_price)
    ) as sides (side, point, price)
    union all
    select
        'consensus_', null, game_date, home_team, away_team, 'consensus', market, side, round(point * 2) / 2, -110, null,
        file
    from consensus
    cross join lateral (
        values
        ('spreads', 'home', most_common_spread_home), ('spreads', 'away', most_common_spread_away),
        ('totals', 'over', most_common_total_line), ('totals', 'under', most_common_total_line)
    ) as sides (market, side, point)
),

timed as (
    select lines.*, tip_off_utc, coalesce(called_at, tip_off_utc - interval 1 hour) as snapshot_at
    from lines
    left join nba_raw.nbac_schedule as schedule
        on
            lines.game_date = schedule.game_date
            and lines.home_team = schedule.home_team
            and lines.away_team = schedule.away_team
)

select
    coalesce(event_id, event_prefix || strftime(game_date, '%Y%m%d') || away_team || home_team) as odds_event_id,
    tip_off_utc as commence_time, game_date, home_team, away_team, bookmaker, market, side, point,
    coalesce(price, -110) as price, cast(null as timestamp) as market_last_update, snapshot_at,
    'historical' as snapshot_kind, 'event_odds' as source_variant, file as source_file, snapshot_at as observed_at,
    case
        when home_team is null or away_team is null then 'unknown_team'
        when tip_off_utc is null then 'no_such_game'
        when point is null or isnan(point) then 'no_line'
        when snapshot_at >= tip_off_utc then 'called_after_tip_off'
    end as refusal
from timed
