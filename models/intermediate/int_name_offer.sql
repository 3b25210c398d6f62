with

aliases as (
    select * from {{ ref("int_player_alias") }}
),

players as (
    select * from {{ ref("dim_player") }}
),

stints as (
    select
        player_teams.player_id,
        player_teams.team,
        player_teams.valid_from,
        player_teams.valid_to,
        players.player_name,
        players.player_lookup,
        players.player_lookup_base
    from {{ ref("dim_player_team") }} as player_teams
    inner join {{ ref("dim_player") }} as players
        on player_teams.player_id = players.player_id
),

-- whom a key can mean: by alias, among the players of a team, among the players of a season
final as (
    select
        'alias' as step,
        'whole' as key_kind,
        player_lookup as search_key,
        player_id,
        player_lookup,
        source as source_name,
        cast(null as string) as team,
        valid_from,
        valid_to,
        cast(null as int64) as first_season,
        cast(null as int64) as last_season
    from aliases
    union all
    select
        'game' as step,
        'base' as key_kind,
        player_lookup_base as search_key,
        player_id,
        player_lookup,
        cast(null as string) as source_name,
        team,
        valid_from,
        valid_to,
        cast(null as int64) as first_season,
        cast(null as int64) as last_season
    from stints
    union all
    select
        'team' as step,
        'last' as key_kind,
        {{ normalize_name_base(last_name("player_name")) }} as search_key,
        player_id,
        {{ normalize_name(last_name("player_name")) }} as player_lookup,
        cast(null as string) as source_name,
        team,
        valid_from,
        valid_to,
        cast(null as int64) as first_season,
        cast(null as int64) as last_season
    from stints
    union all
    select
        'season' as step,
        'whole' as key_kind,
        player_lookup as search_key,
        player_id,
        player_lookup,
        cast(null as string) as source_name,
        cast(null as string) as team,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to,
        first_season,
        last_season
    from players
)

select * from final
