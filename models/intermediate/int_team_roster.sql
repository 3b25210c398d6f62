with

nba_com as (
    select * from {{ ref("stg_nba_com__team_rosters") }}
),

espn as (
    select * from {{ ref("stg_espn__team_rosters") }}
),

offers as (
    select * from {{ ref("int_name_offer") }}
),

names as (
    select
        'espn' as source_name,
        roster_date as game_date,
        season_year,
        team,
        cast(null as string) as opponent,
        espn_player_id as line_key,
        player_name_raw,
        player_lookup,
        player_lookup_base,
        false as is_last_name_only,
        position,
        observed_at,
        source_last_updated
    from espn
),

{{ resolved_names(["source_name", "game_date", "team", "line_key"], "matched") }},

final as (
    select
        roster_date,
        team,
        player_id as line_key,
        'nba_com' as source_name,
        1 as source_rank,
        player_id,
        cast(null as string) as match_method,
        player_name,
        cast(null as string) as player_lookup,
        position,
        observed_at,
        source_last_updated
    from nba_com
    union all
    select
        game_date,
        team,
        line_key,
        source_name,
        2 as source_rank,
        player_id,
        match_method,
        player_name_raw,
        player_lookup,
        position,
        observed_at,
        source_last_updated
    from matched
)

select * from final
