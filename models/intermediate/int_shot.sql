with

plays as (
    select * from {{ ref("stg_nba_com__play_by_play") }}
    where is_field_goal and player_id is not null
),

shot_chart as (
    select * from {{ ref("stg_nba_com__shot_chart") }}
),

play_by_play_games as (
    select
        game_date,
        game_id,
        count(area) as labelled_shots
    from {{ ref("stg_nba_com__play_by_play") }}
    where is_field_goal and player_id is not null
    group by game_date, game_id
),

bigdataball_shots as (
    select * from {{ ref("int_bigdataball_shot") }}
),

games_with_areas as (
    select
        game_date,
        game_id
    from {{ ref("stg_nba_com__play_by_play") }}
    where is_field_goal and player_id is not null and area is not null
    union distinct
    select
        game_date,
        game_id
    from {{ ref("stg_nba_com__shot_chart") }}
),

schedule as (
    select
        game_id,
        home_team,
        away_team
    from {{ ref("stg_nba_com__schedule") }}
),

zones as (
    select * from {{ ref("zone_map") }}
),

-- files of early seasons name no area in any play of a game
play_shots as (
    select
        *,
        count(area) over (partition by game_date, game_id) as labelled_shots
    from plays
),

shots as (
    select
        play_shots.game_id,
        play_shots.game_date,
        concat('play-', cast(play_shots.action_number as string)) as shot_key,
        play_shots.team,
        case
            when play_shots.team = schedule.home_team then schedule.away_team
            else schedule.home_team
        end as opponent,
        play_shots.player_id,
        play_shots.area,
        {{ array_contains("play_shots.qualifiers", "'pointsinthepaint'") }} as is_paint_by_qualifier,
        play_shots.shot_result = 'Made' as shot_made,
        play_shots.shot_value,
        play_shots.assist_player_id,
        play_shots.block_player_id,
        'play_by_play' as zones_source,
        play_shots.source_last_updated
    from play_shots
    left join schedule
        on play_shots.game_id = schedule.game_id
    where play_shots.labelled_shots > 0

    union all

    select
        shot_chart.game_id,
        shot_chart.game_date,
        concat('chart-', shot_chart.player_id, '-', cast(shot_chart.shot_ordinal as string)) as shot_key,
        shot_chart.team,
        shot_chart.opponent,
        shot_chart.player_id,
        shot_chart.area,
        false as is_paint_by_qualifier,
        shot_chart.shot_made,
        shot_chart.shot_value,
        bigdataball_shots.assist_player_id,
        bigdataball_shots.block_player_id,
        'shot_chart' as zones_source,
        shot_chart.source_last_updated
    from shot_chart
    left join play_by_play_games
        on
            shot_chart.game_date = play_by_play_games.game_date
            and shot_chart.game_id = play_by_play_games.game_id
    left join bigdataball_shots
        on
            shot_chart.game_date = bigdataball_shots.game_date
            and shot_chart.game_id = bigdataball_shots.game_id
            and shot_chart.player_id = bigdataball_shots.player_id
            and shot_chart.period = bigdataball_shots.period
            and shot_chart.clock_seconds = bigdataball_shots.clock_seconds
            and shot_chart.shot_made = bigdataball_shots.shot_made
            and bigdataball_shots.same_second_number = 1
    where coalesce(play_by_play_games.labelled_shots, 0) = 0

    union all

    select
        only_shots.game_id,
        only_shots.game_date,
        concat('bigdataball-', cast(only_shots.play_id as string)) as shot_key,
        only_shots.team,
        only_shots.opponent,
        only_shots.player_id,
        cast(null as string) as area,
        false as is_paint_by_qualifier,
        only_shots.shot_made,
        only_shots.shot_value,
        only_shots.assist_player_id,
        only_shots.block_player_id,
        'bigdataball' as zones_source,
        only_shots.source_last_updated
    from {{ ref("int_bigdataball_shot") }} as only_shots
    left join games_with_areas
        on
            only_shots.game_date = games_with_areas.game_date
            and only_shots.game_id = games_with_areas.game_id
    where games_with_areas.game_id is null
),

-- the point value outranks the area, and so does the feed's own word that the points were scored in the paint
final as (
    select
        shots.game_id,
        shots.game_date,
        shots.shot_key,
        shots.team,
        shots.opponent,
        shots.player_id,
        case
            when shots.zones_source = 'bigdataball' then null
            when shots.shot_value = 3 then 'three'
            when shots.is_paint_by_qualifier then 'paint'
            when zones.zone = 'three' then 'mid_range'
            else zones.zone
        end as zone,
        shots.shot_made,
        shots.shot_value,
        shots.assist_player_id,
        shots.block_player_id,
        shots.zones_source,
        shots.source_last_updated
    from shots
    left join zones
        on shots.area = zones.area_label
)

select * from final
