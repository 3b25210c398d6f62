with

gamebook as (
    select * from {{ ref("stg_nba_com__gamebook") }}
),

balldontlie as (
    select * from {{ ref("stg_balldontlie__player_boxscores") }}
    where game_id is not null
),

aliases as (
    select * from {{ ref("player_aliases") }}
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

players as (
    select * from {{ ref("dim_player") }}
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

key_kinds as (
    select 'whole' as key_kind
    union all
    select 'base' as key_kind
),

-- a name is looked for as it stands and without its suffix; a bare last name only among last names
keys as (
    select
        names.*,
        case
            when key_kinds.key_kind = 'base' and names.is_last_name_only then 'last'
            else key_kinds.key_kind
        end as key_kind,
        case key_kinds.key_kind
            when 'base' then names.player_lookup_base
            else names.player_lookup
        end as search_key
    from names
    cross join key_kinds
),

-- whom a key can mean: by alias, among the players of a team, among the players of a season
offers as (
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
),

candidates as (
    select
        keys.*,
        offers.step,
        offers.player_id,
        offers.player_lookup = keys.player_lookup as is_whole_name
    from keys
    left join offers
        on
            keys.key_kind = offers.key_kind
            and keys.search_key = offers.search_key
            and (offers.source_name is null or offers.source_name in (keys.source_name, 'any'))
            and (
                offers.team is null
                or offers.team = keys.team
                or (offers.team = keys.opponent and offers.step = 'game')
            )
            and (offers.valid_from is null or keys.game_date >= offers.valid_from)
            and (offers.valid_to is null or keys.game_date <= offers.valid_to)
            and (offers.first_season is null or keys.season_year between offers.first_season and offers.last_season)
            and (offers.step <> 'season' or not keys.is_last_name_only)
),

-- two candidates at one step are a miss and not a guess
counted as (
    select
        source_name,
        game_date,
        game_id,
        team,
        opponent,
        player_name_raw,
        player_lookup,
        is_last_name_only,
        {%- for step, condition in {
            "alias": "step = 'alias'",
            "whole": "step in ('game', 'team') and is_whole_name",
            "base": "step in ('game', 'team')",
            "season": "step = 'season'",
        }.items() %}
        count(distinct case when {{ condition }} then player_id end) as {{ step }}_count,
        min(case when {{ condition }} then player_id end) as {{ step }}_player_id{{ "," if not loop.last }}
        {%- endfor %}
    from candidates
    group by source_name, game_date, game_id, team, opponent, player_name_raw, player_lookup, is_last_name_only
),

decided as (
    select
        *,
        case
            when alias_count = 1 then 'alias'
            when is_last_name_only and (whole_count = 1 or (whole_count = 0 and base_count = 1)) then 'last_name_team'
            when whole_count = 1 then 'lookup_game'
            when whole_count = 0 and base_count = 1 then 'base_game'
            when base_count = 0 and season_count = 1 then 'lookup_season'
            else 'unresolved'
        end as match_method
    from counted
),

final as (
    select
        source_name,
        game_date,
        game_id,
        team,
        opponent,
        player_name_raw,
        player_lookup,
        case match_method
            when 'alias' then alias_player_id
            when 'lookup_game' then whole_player_id
            when 'base_game' then base_player_id
            when 'last_name_team' then coalesce(whole_player_id, base_player_id)
            when 'lookup_season' then season_player_id
        end as player_id,
        match_method
    from decided
)

select * from final
