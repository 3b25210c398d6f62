{{ config(schema="nba_reference") }}

with

matches as (
    select * from {{ ref("int_player_name_match") }}
    where match_method = 'unresolved'
),

players as (
    select * from {{ ref("dim_player") }}
),

final as (
    select
        matches.source_name as source,
        matches.player_name_raw,
        concat(matches.away_team, '@', matches.home_team) as team,
        min(matches.game_date) as first_seen,
        max(matches.game_date) as last_seen,
        count(distinct matches.game_id) as rows_found,
        {{ string_array([
            "min(players.player_id)",
            "case when max(players.player_id) != min(players.player_id) then max(players.player_id) end",
        ]) }} as candidate_ids
    from matches
    left join players
        on matches.player_lookup = players.player_lookup
    group by matches.source_name, matches.player_name_raw, matches.away_team, matches.home_team
)

select * from final
