with

boxscores as (
    select * from {{ ref("stg_nba_com__boxscore_players") }}
),

gamebook as (
    select * from {{ ref("stg_nba_com__gamebook") }}
),

logs as (
    select * from {{ ref("stg_nba_com__player_boxscores") }}
),

balldontlie as (
    select * from {{ ref("stg_balldontlie__player_boxscores") }}
    where game_id is not null
),

final as (
    select
        game_date,
        game_id,
        case source_variant when 'cdn_live' then 1 when 'stats_v3' then 2 when 'stats_v2' then 3 end as source_rank
    from boxscores
    union all
    select
        game_date,
        game_id,
        4 as source_rank
    from gamebook
    union all
    select
        game_date,
        game_id,
        case source_variant when 'playergamelogs' then 5 when 'leaguegamelog' then 6 end as source_rank
    from logs
    union all
    select
        game_date,
        game_id,
        7 as source_rank
    from balldontlie
)

select * from final
