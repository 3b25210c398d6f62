{{ config(schema="nba_reference") }}

with

matches as (
    select * from {{ ref("int_player_name_match") }}
),

box_lines as (
    select * from {{ ref("int_named_player_box") }}
),

roster_lines as (
    select * from {{ ref("int_team_roster") }}
),

players as (
    select * from {{ ref("dim_player") }}
),

misses as (
    select
        source_name,
        player_name_raw,
        player_lookup,
        concat(away_team, '@', home_team) as team,
        game_date as seen_on
    from matches
    where match_method = 'unresolved'
    union all
    select
        source_name,
        player_name_raw,
        player_lookup,
        team,
        game_date
    from box_lines
    where match_method = 'unresolved'
    union all
    select
        source_name,
        player_name,
        player_lookup,
        team,
        roster_date
    from roster_lines
    where match_method = 'unresolved'
),

names as (
    select
        source_name,
        player_name_raw,
        team,
        min(player_lookup) as player_lookup,
        min(seen_on) as first_seen,
        max(seen_on) as last_seen,
        count(*) as rows_found
    from misses
    group by source_name, player_name_raw, team
),

namesakes as (
    select
        player_lookup,
        min(player_id) as least_player_id,
        max(player_id) as greatest_player_id
    from players
    group by player_lookup
),

final as (
    select
        names.source_name as source,
        names.player_name_raw,
        names.team,
        names.first_seen,
        names.last_seen,
        names.rows_found,
        {{ string_array([
            "namesakes.least_player_id",
            "case when namesakes.greatest_player_id != namesakes.least_player_id then namesakes.greatest_player_id end",
        ]) }} as candidate_ids
    from names
    left join namesakes
        on names.player_lookup = namesakes.player_lookup
)

select * from final
