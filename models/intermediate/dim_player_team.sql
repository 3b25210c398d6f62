{{ config(schema="nba_reference") }}

with

logs as (
    select * from {{ ref("stg_nba_com__player_boxscores") }}
    where {{ read_scope(player="player_id") }}
),

boxes as (
    select * from {{ ref("stg_nba_com__boxscore_players") }}
    where {{ read_scope(player="player_id") }}
),

rosters as (
    select * from {{ ref("stg_nba_com__team_rosters") }}
    where {{ read_scope(player="player_id") }}
),

movements as (
    select * from {{ ref("stg_nba_com__player_movement") }}
    where {{ read_scope(player="player_id") }}
),

listings as (
    select player_id, team, game_date as listed_on, 'box_score' as roster_source, 1 as precedence from logs
    union all
    select player_id, team, game_date, 'box_score', 1 from boxes
    union all
    select player_id, team, roster_date, 'roster', 2 from rosters
    union all
    select player_id, team, transaction_date, 'movement', 3 from movements
    where transaction_type in ('Signing', 'Trade', 'AwardOnWaivers') and team is not null
),

-- where sources name two teams on one day, the box score is what happened
per_day as (
    select
        player_id,
        listed_on,
        team,
        roster_source,
        row_number() over (partition by player_id, listed_on order by precedence, team) as choice
    from listings
),

compared as (
    select
        player_id,
        listed_on,
        team,
        roster_source,
        lag(team) over (partition by player_id order by listed_on) as previous_team
    from per_day
    where choice = 1
),

spells as (
    select
        player_id,
        team,
        roster_source,
        listed_on as valid_from,
        lead(listed_on) over (partition by player_id order by listed_on) as next_from
    from compared
    where previous_team is null or previous_team != team
),

final as (
    select
        player_id,
        valid_from,
        team,
        case when next_from is not null then {{ date_add_days("next_from", -1) }} end as valid_to,
        roster_source
    from spells
)

select * from final
where {{ write_scope() }}
