-- Three origins, each a bookmaker of its own. The closing file signs its absolute spread by the favourite and tells no
-- time: one hour before tip-off is assumed. DraftKings spreads carry the Pacific morning of the call. The consensus of
-- the running season tells no time either.
with tips as (
    select game_date, home_team, away_team, tip_off_utc from nba_raw.nbac_schedule where tip_off_utc is not null
),

closing as (
    select
        closing_lines.game_date, home.team as home_team, away.team as away_team,
        case whos_favored when 'home' then -spread when 'away' then spread end as home_spread, total, file
    from closing_lines
    left join team_names as home on closing_lines.home = home.name
    left join team_names as away on closing_lines.away = away.name
),

rows as (
    select
        'closing_' || strftime(game_date, '%Y%m%d') || away_team || home_team as event_id, tip_off_utc as commence,
        game_date, home_team, away_team, 'closing_consensus' as bookmaker, market, side, point, -110 as price,
        tip_off_utc - interval 1 hour as snapshot_at, file
    from closing
    inner join tips using (game_date, home_team, away_team)
    cross join lateral (
        values
        ('spreads', 'home', home_spread), ('spreads', 'away', -home_spread),
        ('totals', 'over', total), ('totals', 'under', total)
    ) as sides (market, side, point)
    union all
    select
        event_id, tip_off_utc, draftkings.game_date, home.team, away.team, 'draftkings', 'spreads', side, point, price,
        least(
            timezone('UTC', timezone('America/Los_Angeles', cast(left(api_call_date, 19) as timestamp))),
            tip_off_utc - interval 1 hour
        ),
        file
    from draftkings
    inner join team_names as home on lower(draftkings.home_team) = home.name
    inner join team_names as away on lower(draftkings.away_team) = away.name
    inner join tips
        on
            draftkings.game_date = tips.game_date and home.team = tips.home_team and away.team = tips.away_team
    cross join lateral (
        values
        ('home', home_spread, cast(home_money_line as bigint)), ('away', away_spread, cast(away_money_line as bigint))
    ) as sides (side, point, price)
    union all
    select
        'consensus_' || strftime(tips.game_date, '%Y%m%d') || tips.away_team || tips.home_team, tip_off_utc,
        tips.game_date, tips.home_team, tips.away_team, 'consensus', market, side, round(point * 2) / 2, -110,
        tip_off_utc - interval 1 hour, file
    from consensus_2025
    inner join team_names as home on lower(consensus_2025.team_home) = home.name
    inner join team_names as away on lower(consensus_2025.team_away) = away.name
    inner join tips
        on
            cast(timezone('America/New_York', cast(commence_time_utc as timestamptz)) as date) = tips.game_date
            and home.team = tips.home_team and away.team = tips.away_team
    cross join lateral (
        values
        ('spreads', 'home', most_common_spread_home), ('spreads', 'away', most_common_spread_away),
        ('totals', 'over', most_common_total_line), ('totals', 'under', most_common_total_line)
    ) as sides (market, side, point)
)

select
    event_id as odds_event_id, commence as commence_time, game_date, home_team, away_team, bookmaker, market, side, point,
    coalesce(price, -110) as price, cast(null as timestamp) as market_last_update, snapshot_at,
    'historical' as snapshot_kind, 'event_odds' as source_variant, file as source_file, snapshot_at as observed_at,
    case when point is null then 'no_line' end as refusal
from rows
qualify row_number() over (partition by event_id, bookmaker, market, side, snapshot_at order by file, point) = 1
