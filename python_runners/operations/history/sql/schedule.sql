-- Every game of six seasons: what was played decides teams, date and score; tip-offs come from the schedule files, and
-- where those have none from the start that the odds feeds give. A played game whose tip-off no file tells is set to
-- 19:00 Eastern, the usual hour, and says so in its status text. A played game counts as seen at 06:00 UTC of the next
-- day, a planned one when its file was made: September 2023, August 2025, October 2025.
with team_rows as (
    select game_id, game_date, team, pts, matchup
    from team_games
    where team_id between 1610612737 and 1610612766
    -- one team line came twice, the first time from a game of three minutes
    qualify row_number() over (partition by game_id, team_id order by min desc) = 1
    union all
    select game_id, game_date, home_abbr, home_pts, home_abbr || ' vs. ' || away_abbr
    from results_2025
    where home_team_id between 1610612737 and 1610612766
    union all
    select game_id, game_date, away_abbr, away_pts, away_abbr || ' @ ' || home_abbr
    from results_2025
    where away_team_id between 1610612737 and 1610612766
),

sided as (
    select *, team = case when matchup like '% @ %' then right(matchup, 3) else left(matchup, 3) end as is_home
    from team_rows
),

played as (
    select
        home.game_id, home.game_date, home.team as home_team, away.team as away_team, home.pts as home_score,
        away.pts as away_score
    from sided as home
    inner join sided as away on home.game_id = away.game_id and not away.is_home
    where home.is_home
),

box_office as (
    select
        bbref.game_date,
        home_names.team as home_team,
        away_names.team as away_team,
        bbref.arena_name,
        bbref.game_start_time_et as wall,
        bbref.file
    from schedule_2020_23 as bbref
    left join team_names as home_names on lower(bbref.home_team_name) = home_names.name
    left join team_names as away_names on lower(bbref.visitor_team_name) = away_names.name
),

timed_office as (
    select
        *,
        timezone(
            'America/New_York',
            game_date + to_minutes(
                (cast(split_part(wall, ':', 1) as bigint) % 12 + case when wall like '%p' then 12 else 0 end) * 60
                + cast(left(split_part(wall, ':', 2), 2) as bigint)
            )
        ) as tip
    from box_office
),

market_events as (
    select home_team, away_team, cast(commence_time as timestamptz) as tip
    from props_2024
    union all
    select home_team, away_team, cast(commence_time as timestamptz)
    from consensus_partial
),

market_starts as (
    select
        cast(timezone('America/New_York', tip) as date) as game_date,
        home_names.team as home_team,
        away_names.team as away_team,
        min(tip) as tip
    from market_events
    inner join team_names as home_names on lower(market_events.home_team) = home_names.name
    inner join team_names as away_names on lower(market_events.away_team) = away_names.name
    group by 1, 2, 3
),

listed as (
    select
        game_id, game_code, cast(left(game_date_est, 10) as date) as game_date,
        cast(game_datetime_utc as timestamptz) as tip,
        game_status, game_status_text, home_tricode, away_tricode, home_team_id, away_team_id, arena_name, arena_city,
        arena_state, is_neutral, postponed_status, if_necessary, week_number, game_label, game_sub_label,
        game_subtype, series_game_number, series_text, national_tv, file, timestamp '2025-08-27' as listed_at
    from schedule_2024
    union all
    select
        game_id, game_code, cast(left(game_date_est, 10) as date), cast(game_datetime_utc as timestamptz),
        game_status, game_status_text, home_tricode, away_tricode, home_team_id, away_team_id, arena_name, arena_city,
        arena_state, false, postponed_status, if_necessary, week_number, null, null, game_subtype, series_game_number,
        series_text, national_tv, file, timestamp '2023-09-16'
    from schedule_2023
    union all
    select
        game_id, strftime(cast(date_est as date), '%Y%m%d') || '/' || away_tricode || home_tricode,
        cast(date_est as date), cast(datetime_utc as timestamptz), game_status, game_status_text, home_tricode,
        away_tricode, home_team_id, away_team_id, arena_name, arena_city, arena_state, false, 'N', false, null,
        game_label, null, game_subtype, null, null, null, file, timestamp '2025-10-01'
    from schedule_2025
),

-- midnight Eastern is a placeholder for a time to be determined
cdn as (
    select
        * exclude (tip),
        case
            when game_status_text <> 'TBD' and strftime(timezone('America/New_York', tip), '%H:%M') <> '00:00' then tip
        end as tip
    from listed
),

all_games as (
    select game_id from played
    union
    select game_id from cdn
),

joined as (
    select
        all_games.game_id,
        played.game_id is not null as was_played,
        coalesce(played.game_date, cdn.game_date) as game_date,
        coalesce(played.home_team, nullif(cdn.home_tricode, '')) as home_team,
        coalesce(played.away_team, nullif(cdn.away_tricode, '')) as away_team,
        coalesce(
            case when played.game_id is null or cdn.game_date = played.game_date then cdn.tip end, timed_office.tip,
            market_starts.tip
        ) as known_tip,
        played.home_score,
        played.away_score,
        coalesce(cdn.arena_name, timed_office.arena_name) as arena_name,
        coalesce(cdn.file, timed_office.file, 'boxscores/team_games_leaguegamefinder_2020_25.parquet') as source_file,
        cdn.* exclude (game_id, game_date, home_tricode, away_tricode, tip, arena_name, file)
    from all_games
    left join played using (game_id)
    left join cdn using (game_id)
    left join timed_office
        on
            played.game_date = timed_office.game_date
            and played.home_team = timed_office.home_team
            and played.away_team = timed_office.away_team
    left join market_starts
        on
            played.game_date = market_starts.game_date
            and played.home_team = market_starts.home_team
            and played.away_team = market_starts.away_team
)

select
    joined.game_id,
    coalesce(
        nullif(trim(game_code), ''),
        strftime(game_date, '%Y%m%d') || '/' || coalesce(joined.away_team, '') || coalesce(joined.home_team, '')
    ) as game_code,
    (2000 + cast(substr(joined.game_id, 4, 2) as bigint))
    || '-' || lpad(cast((cast(substr(joined.game_id, 4, 2) as bigint) + 1) % 100 as varchar), 2, '0') as season,
    2000 + cast(substr(joined.game_id, 4, 2) as bigint) as season_year,
    case substr(joined.game_id, 3, 1)
        when '1' then 'preseason' when '2' then 'regular' when '3' then 'all_star' when '4' then 'playoffs'
        when '5' then 'play_in' else 'cup_final'
    end as season_type,
    game_date,
    case
        when known_tip is not null then timezone('UTC', known_tip)
        when was_played then timezone('UTC', timezone('America/New_York', game_date + interval 19 hour))
    end as tip_off_utc,
    not was_played and known_tip is null as is_time_tbd,
    case when was_played then 3 else 1 end as game_status,
    case
        when was_played and known_tip is null then 'Final (tip-off assumed)'
        when was_played and game_status = 3 then game_status_text
        when was_played then 'Final'
        else game_status_text
    end as game_status_text,
    home.team_id as home_team_id,
    joined.home_team,
    away.team_id as away_team_id,
    joined.away_team,
    home_score,
    away_score,
    nullif(trim(arena_name), '') as arena_name,
    nullif(trim(arena_city), '') as arena_city,
    nullif(trim(arena_state), '') as arena_state,
    coalesce(is_neutral, false) as is_neutral,
    coalesce(postponed_status, 'N') as postponed_status,
    coalesce(if_necessary, false) as if_necessary,
    week_number,
    nullif(trim(game_label), '') as game_label,
    nullif(trim(game_sub_label), '') as game_sub_label,
    nullif(trim(game_subtype), '') as game_subtype,
    nullif(trim(series_game_number), '') as series_game_number,
    nullif(trim(series_text), '') as series_text,
    nullif(trim(national_tv), '') as national_tv,
    'cdn' as source_variant,
    source_file,
    case when was_played then cast(game_date as timestamp) + interval 30 hour else listed_at end as observed_at,
    case
        when substr(joined.game_id, 3, 1) = '3' then 'all_star_game'
        when (joined.home_team is not null and home.team is null) or (joined.away_team is not null and away.team is null)
            then 'foreign_opponent'
        when joined.home_team is null and was_played then 'no_teams'
    end as refusal
from joined
left join teams as home on joined.home_team = home.team
left join teams as away on joined.away_team = away.team
