{%- set carried = [
    "game_id", "game_date", "season", "season_year", "season_type", "tip_off_utc", "is_final", "counts_in_windows",
    "first_regular_date", "is_neutral", "arena_id", "source_last_updated",
] -%}

with

games as (
    select * from {{ ref("dim_game") }}
    where home_team is not null and away_team is not null
),

teams as (
    select * from {{ ref("teams") }}
),

arenas as (
    select * from {{ ref("arenas") }}
),

departure_arenas as (
    select * from {{ ref("arenas") }}
),

sides as (
    select 'home' as side
    union all
    select 'away' as side
),

team_games as (
    select
        {%- for column in carried %}
        games.{{ column }},
        {%- endfor %}
        case when sides.side = 'home' then games.home_team else games.away_team end as team,
        case when sides.side = 'home' then games.away_team else games.home_team end as opponent,
        sides.side = 'home' as is_home,
        -- a game called off and not yet given a new date is still listed on the old one, where nobody travels
        games.is_final or games.postponed_status not in ('P', 'Y') as takes_place
    from games
    cross join sides
),

-- preseason and All-Star games neither precede nor follow a game of the season
ordered as (
    select
        *,
        row_number() over season_games as game_number_in_season,
        lag(game_id) over season_games as previous_game_id,
        lag(game_date) over season_games as previous_game_date,
        lead(game_date) over season_games as next_game_date,
        lag(arena_id) over season_games as previous_arena_id
    from team_games
    window
        season_games as (
            partition by team, season_year, counts_in_windows, takes_place order by game_date, game_id
        )
),

-- before the first game of the season a team comes from its own arena
departures as (
    select
        ordered.*,
        case
            when ordered.previous_game_id is null then teams.home_arena_id
            else ordered.previous_arena_id
        end as departure_arena_id
    from ordered
    left join teams
        on ordered.team = teams.team
),

final as (
    select
        departures.game_id,
        departures.team,
        departures.opponent,
        departures.is_home,
        departures.game_date,
        departures.season,
        departures.season_year,
        departures.season_type,
        departures.tip_off_utc,
        departures.is_final,
        departures.counts_in_windows,
        departures.first_regular_date,
        departures.is_neutral,
        case when departures.takes_place then departures.game_number_in_season end as game_number_in_season,
        case when departures.takes_place then departures.previous_game_id end as previous_game_id,
        case when departures.takes_place then departures.previous_game_date end as previous_game_date,
        case when departures.takes_place then departures.next_game_date end as next_game_date,
        case
            when departures.takes_place
                then {{ round_value(haversine_miles(
                    "departure_arenas.latitude", "departure_arenas.longitude", "arenas.latitude", "arenas.longitude"
                )) }}
        end as travel_miles,
        case
            when departures.takes_place
                then {{ utc_offset_hours("departures.game_date", "arenas.time_zone") }}
                    - {{ utc_offset_hours("departures.game_date", "departure_arenas.time_zone") }}
        end as time_zone_change,
        departures.arena_id,
        departures.source_last_updated
    from departures
    left join arenas
        on departures.arena_id = arenas.arena_id
    left join departure_arenas
        on departures.departure_arena_id = departure_arenas.arena_id
)

select * from final
