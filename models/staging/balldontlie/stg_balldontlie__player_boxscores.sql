with

boxscores as (
    select * from {{ source("balldontlie", "bdl_player_boxscores") }}
    where lower(game_status) like 'final%'
),

schedule as (
    select
        game_id,
        game_date,
        home_team,
        away_team
    from {{ ref("stg_nba_com__schedule") }}
),

-- a team plays one game a date at most, so the date and the teams name the game that the feed has no id for
final as (
    select
        schedule.game_id,
        boxscores.game_date,
        boxscores.season_year,
        boxscores.team,
        case
            when boxscores.team = boxscores.home_team then boxscores.away_team
            else boxscores.home_team
        end as opponent,
        boxscores.team = boxscores.home_team as is_home,
        boxscores.bdl_player_id,
        boxscores.player_name_raw,
        {{ normalize_name("boxscores.player_name_raw") }} as player_lookup,
        {{ normalize_name_base("boxscores.player_name_raw") }} as player_lookup_base,
        case when boxscores.points is null then 'dnp' else 'active' end as player_status,
        boxscores.minutes,
        boxscores.points,
        boxscores.fg_makes,
        boxscores.fg_attempts,
        boxscores.three_makes,
        boxscores.three_attempts,
        boxscores.ft_makes,
        boxscores.ft_attempts,
        boxscores.offensive_rebounds,
        boxscores.defensive_rebounds,
        boxscores.rebounds,
        boxscores.assists,
        boxscores.steals,
        boxscores.blocks,
        boxscores.turnovers,
        boxscores.personal_fouls,
        boxscores.source_variant,
        boxscores.observed_at,
        boxscores.loaded_at as source_last_updated
    from boxscores
    left join schedule
        on
            boxscores.game_date = schedule.game_date
            and boxscores.home_team = schedule.home_team
            and boxscores.away_team = schedule.away_team
)

select * from final
