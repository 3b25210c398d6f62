with

props as (
    select * from {{ ref("stg_odds_api__player_points_props") }}
),

offers as (
    select * from {{ ref("stg_bettingpros__player_points_props") }}
),

injury_reports as (
    select * from {{ ref("stg_nba_com__injury_report") }}
),

aliases as (
    select * from {{ ref("player_aliases") }}
),

players as (
    select * from {{ ref("dim_player") }}
),

player_teams as (
    select * from {{ ref("dim_player_team") }}
),

names as (
    select distinct
        'odds_api' as source_name, game_date, game_id, home_team, away_team, player_name_raw, player_lookup,
        player_lookup_base
    from props
    where game_id is not null
    union all
    select distinct
        'bettingpros', game_date, game_id, home_team, away_team, player_name_raw, player_lookup, player_lookup_base
    from offers
    where game_id is not null
    union all
    select distinct
        'injury_report', game_date, game_id, home_team, away_team, player_name_raw, player_lookup, player_lookup_base
    from injury_reports
    where game_id is not null and player_name_raw is not null
),

by_alias as (
    select
        names.source_name,
        names.game_date,
        names.game_id,
        names.player_name_raw,
        min(aliases.player_id) as player_id
    from names
    inner join aliases
        on
            names.player_lookup = aliases.player_lookup
            and aliases.source in (names.source_name, 'any')
            and names.game_date >= aliases.valid_from
            and (aliases.valid_to is null or names.game_date <= aliases.valid_to)
    group by names.source_name, names.game_date, names.game_id, names.player_name_raw
    having count(distinct aliases.player_id) = 1
),

sides as (
    select *, home_team as team from names
    union all
    select *, away_team as team from names
),

-- who was with either team on the day; two players of one name are a miss, not a guess
candidates as (
    select
        sides.source_name,
        sides.game_date,
        sides.game_id,
        sides.player_name_raw,
        players.player_id,
        players.player_lookup = sides.player_lookup as is_whole_name
    from sides
    inner join player_teams
        on
            sides.team = player_teams.team
            and sides.game_date >= player_teams.valid_from
            and (player_teams.valid_to is null or sides.game_date <= player_teams.valid_to)
    inner join players
        on player_teams.player_id = players.player_id and sides.player_lookup_base = players.player_lookup_base
),

by_game as (
    select
        source_name,
        game_date,
        game_id,
        player_name_raw,
        count(distinct case when is_whole_name then player_id end) as whole_names,
        min(case when is_whole_name then player_id end) as whole_name_player_id,
        count(distinct player_id) as base_names,
        min(player_id) as base_name_player_id
    from candidates
    group by source_name, game_date, game_id, player_name_raw
),

season_names as (
    select
        player_lookup,
        min(player_id) as player_id,
        min(first_season) as first_season,
        max(last_season) as last_season
    from players
    group by player_lookup
    having count(*) = 1
),

final as (
    select
        names.source_name,
        names.game_date,
        names.game_id,
        names.player_name_raw,
        case
            when by_alias.player_id is not null then by_alias.player_id
            when by_game.whole_names = 1 then by_game.whole_name_player_id
            when coalesce(by_game.whole_names, 0) = 0 and by_game.base_names = 1 then by_game.base_name_player_id
            when by_game.base_names is null then season_names.player_id
        end as player_id,
        case
            when by_alias.player_id is not null then 'alias'
            when by_game.whole_names = 1 then 'lookup_game'
            when coalesce(by_game.whole_names, 0) = 0 and by_game.base_names = 1 then 'base_game'
            when by_game.base_names is null and season_names.player_id is not null then 'lookup_season'
            else 'unresolved'
        end as match_method,
        names.home_team,
        names.away_team,
        names.player_lookup
    from names
    left join by_alias
        on
            names.source_name = by_alias.source_name
            and names.game_date = by_alias.game_date
            and names.game_id = by_alias.game_id
            and names.player_name_raw = by_alias.player_name_raw
    left join by_game
        on
            names.source_name = by_game.source_name
            and names.game_date = by_game.game_date
            and names.game_id = by_game.game_id
            and names.player_name_raw = by_game.player_name_raw
    left join season_names
        on
            names.player_lookup = season_names.player_lookup
            and cast(substr(names.game_id, 4, 2) as int64) + 2000
            between season_names.first_season and season_names.last_season
)

select * from final
