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
        case when plays.team = schedule.home_team then schedule.away_team else schedule.home_team end as opponent
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
        roles.role_name,
        case when roles.role_name = 'block' then shots.opponent else shots.team end as team,
        case when roles.role_name = 'block' then shots.team else shots.opponent end as opponent,
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
        'bigdataball' as source_name,
        game_date,
        game_id,
        season_year,
        team,
        opponent,
        player_name_raw,
        {{ normalize_name("player_name_raw") }} as player_lookup,
        {{ normalize_name_base("player_name_raw") }} as player_lookup_base,
        false as is_last_name_only
    from named
    where player_name_raw is not null
),

{{ resolved_names("matches") }},

people as (
    select
        named.game_date,
        named.game_id,
        named.play_id,
        max(case when named.role_name = 'shooter' then matches.player_id end) as player_id,
        max(case when named.role_name = 'assist' then matches.player_id end) as assist_player_id,
        max(case when named.role_name = 'block' then matches.player_id end) as block_player_id
    from named
    inner join matches
        on
            named.game_date = matches.game_date
            and named.game_id = matches.game_id
            and named.team = matches.team
            and named.player_name_raw = matches.player_name_raw
    group by named.game_date, named.game_id, named.play_id
),

final as (
    select
        shots.game_id,
        shots.game_date,
        shots.play_id,
        shots.team,
        shots.opponent,
        people.player_id,
        people.assist_player_id,
        people.block_player_id,
        shots.period,
        cast(floor(shots.remaining_seconds) as int64) as clock_seconds,
        shots.result = 'made' as shot_made,
        shots.shot_value,
        row_number() over (
            partition by
                shots.game_date,
                shots.game_id,
                people.player_id,
                shots.period,
                cast(floor(shots.remaining_seconds) as int64),
                shots.result = 'made'
            order by shots.play_id
        ) as same_second_number,
        shots.source_last_updated
    from shots
    inner join people
        on
            shots.game_date = people.game_date
            and shots.game_id = people.game_id
            and shots.play_id = people.play_id
    where people.player_id is not null
)

select * from final
