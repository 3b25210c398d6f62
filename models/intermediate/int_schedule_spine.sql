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

sides as (
    select 'home' as side
    union all
    select 'away' as side
),

team_games as (
    select
        games.*,
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
        lag(arena_id) over season_games as previous_arena_id,
        lag(arena_latitude) over season_games as previous_latitude,
        lag(arena_longitude) over season_games as previous_longitude,
        lag(arena_time_zone) over season_games as previous_time_zone
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
        case when ordered.previous_game_id is null then arenas.latitude else ordered.previous_latitude end
            as from_latitude,
        case when ordered.previous_game_id is null then arenas.longitude else ordered.previous_longitude end
            as from_longitude,
        case when ordered.previous_game_id is null then arenas.time_zone else ordered.previous_time_zone end
            as from_time_zone
    from ordered
    left join teams
        on ordered.team = teams.team
    left join arenas
        on teams.home_arena_id = arenas.arena_id
),

final as (
    select
        game_id,
        team,
        opponent,
        is_home,
        game_date,
        season,
        season_year,
        season_type,
        tip_off_utc,
        is_final,
        counts_in_windows,
        first_regular_date,
        is_neutral,
        case when takes_place then game_number_in_season end as game_number_in_season,
        case when takes_place then previous_game_id end as previous_game_id,
        case when takes_place then previous_game_date end as previous_game_date,
        case when takes_place then next_game_date end as next_game_date,
        case
            when takes_place
                then {{ round_value(
                    haversine_miles("from_latitude", "from_longitude", "arena_latitude", "arena_longitude")
                ) }}
        end as travel_miles,
        case
            when takes_place
                then {{ utc_offset_hours("game_date", "arena_time_zone") }}
                    - {{ utc_offset_hours("game_date", "from_time_zone") }}
        end as time_zone_change,
        arena_id,
        source_last_updated
    from departures
)

select * from final
