with

plays as (
    select * from {{ ref("stg_bigdataball__play_by_play") }}
    where is_field_goal
),

schedule as (
    select
        game_id,
        home_team,
        away_team
    from {{ ref("stg_nba_com__schedule") }}
),

offers as (
    select * from {{ ref("int_name_offer") }}
),

shots as (
    select
        plays.*,
        case when plays.team = schedule.home_team then schedule.away_team else schedule.home_team end as other_team
    from plays
    inner join schedule
        on plays.game_id = schedule.game_id
),

roles as (
    select 'shooter' as role_name
    union all
    select 'assist' as role_name
    union all
    select 'block' as role_name
),

-- the blocking player is one of the other team
named as (
    select
        shots.game_date,
        shots.game_id,
        shots.season_year,
        shots.play_id,
        shots.period,
        cast(floor(shots.remaining_seconds) as int64) as clock_seconds,
        shots.result = 'made' as shot_made,
        shots.shot_value,
        shots.source_last_updated,
        roles.role_name,
        case when roles.role_name = 'block' then shots.other_team else shots.team end as team,
        case when roles.role_name = 'block' then shots.team else shots.other_team end as opponent,
        case roles.role_name
            when 'shooter' then shots.player_name_raw
            when 'assist' then shots.assist_name_raw
            else shots.block_name_raw
        end as player_name_raw
    from shots
    cross join roles
),

names as (
    select
        *,
        'bigdataball' as source_name,
        {{ normalize_name("player_name_raw") }} as player_lookup,
        {{ normalize_name_base("player_name_raw") }} as player_lookup_base,
        false as is_last_name_only
    from named
    where player_name_raw is not null
),

{{ resolved_names(["game_date", "game_id", "play_id", "role_name"], "matched") }},

people as (
    select
        game_id,
        game_date,
        play_id,
        period,
        clock_seconds,
        shot_made,
        shot_value,
        max(case when role_name = 'shooter' then team end) as team,
        max(case when role_name = 'shooter' then opponent end) as opponent,
        max(case when role_name = 'shooter' then player_id end) as player_id,
        max(case when role_name = 'assist' then player_id end) as assist_player_id,
        max(case when role_name = 'block' then player_id end) as block_player_id,
        max(source_last_updated) as source_last_updated
    from matched
    group by game_id, game_date, play_id, period, clock_seconds, shot_made, shot_value
),

final as (
    select
        *,
        row_number() over (
            partition by game_date, game_id, player_id, period, clock_seconds, shot_made order by play_id
        ) as same_second_number
    from people
    where player_id is not null
)

select * from final
