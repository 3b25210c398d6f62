with

gamebook as (
    select * from {{ ref("stg_nba_com__gamebook") }}
),

balldontlie as (
    select * from {{ ref("stg_balldontlie__player_boxscores") }}
    where game_id is not null
),

offers as (
    select * from {{ ref("int_name_offer") }}
),

names as (
    select
        'gamebook' as source_name,
        game_date,
        game_id,
        season_year,
        team,
        opponent,
        player_name_raw,
        player_lookup,
        player_lookup_base,
        is_last_name_only
    from gamebook
    union all
    select
        'bdl' as source_name,
        game_date,
        game_id,
        season_year,
        team,
        opponent,
        player_name_raw,
        player_lookup,
        player_lookup_base,
        false as is_last_name_only
    from balldontlie
),

{{ resolved_names() }}

select * from final
