{%- set attempt = [
    "game_date", "game_id", "shot_key", "team", "opponent", "player_id", "area", "is_paint_by_qualifier", "shot_made",
    "shot_value", "assist_player_id", "block_player_id", "period", "clock_second", "is_first_of_second", "zones_source",
    "source_last_updated",
] -%}

with

plays as (
    select
        *,
        concat('play-', cast(action_number as string)) as shot_key,
        cast(null as string) as opponent,
        {{ array_contains("qualifiers", "'pointsinthepaint'") }} as is_paint_by_qualifier,
        shot_result = 'Made' as shot_made,
        cast(null as int64) as clock_second,
        false as is_first_of_second,
        'play_by_play' as zones_source
    from {{ ref("stg_nba_com__play_by_play") }}
    where is_field_goal and player_id is not null
),

shot_chart as (
    select
        *,
        concat('chart-', player_id, '-', cast(shot_ordinal as string)) as shot_key,
        false as is_paint_by_qualifier,
        cast(null as string) as assist_player_id,
        cast(null as string) as block_player_id,
        clock_seconds as clock_second,
        false as is_first_of_second,
        'shot_chart' as zones_source
    from {{ ref("stg_nba_com__shot_chart") }}
),

bigdataball_shots as (
    select
        *,
        concat('bigdataball-', cast(play_id as string)) as shot_key,
        cast(null as string) as area,
        false as is_paint_by_qualifier,
        clock_seconds as clock_second,
        same_second_number = 1 as is_first_of_second,
        'bigdataball' as zones_source
    from {{ ref("int_bigdataball_shot") }}
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

-- brought together by windows and not by joins: a filter on the date then reaches the partitions of every feed
attempts as (
    {%- for feed in ["plays", "shot_chart", "bigdataball_shots"] %}
    select {{ attempt | join(", ") }} from {{ feed }}
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

-- files of early seasons name no area in any play of a game
compared as (
    select
        *,
        count(case when zones_source = 'play_by_play' then area end) over game as labelled_plays,
        count(case when zones_source = 'shot_chart' then 1 end) over game as chart_shots,
        count(case when is_first_of_second then 1 end) over game as moments
    from attempts
    window game as (partition by game_date, game_id)
),

-- the chart names nobody beside the shooter; where both feeds have the game, the other one does
helped as (
    select
        *,
        cast(null as string) as assist_of_moment,
        cast(null as string) as block_of_moment
    from compared
    where moments = 0
    union all
    select
        *,
        max(case when is_first_of_second then assist_player_id end) over moment as assist_of_moment,
        max(case when is_first_of_second then block_player_id end) over moment as block_of_moment
    from compared
    where moments > 0
    window moment as (partition by game_date, game_id, player_id, period, clock_second, shot_made)
),

shots as (
    select
        helped.game_id,
        helped.game_date,
        helped.shot_key,
        helped.team,
        case
            when helped.zones_source != 'play_by_play' then helped.opponent
            when helped.team = schedule.home_team then schedule.away_team
            else schedule.home_team
        end as opponent,
        helped.player_id,
        helped.area,
        helped.is_paint_by_qualifier,
        helped.shot_made,
        helped.shot_value,
        case
            when helped.zones_source != 'shot_chart' then helped.assist_player_id
            when helped.period is not null and helped.clock_second is not null and helped.shot_made is not null
                then helped.assist_of_moment
        end as assist_player_id,
        case
            when helped.zones_source != 'shot_chart' then helped.block_player_id
            when helped.period is not null and helped.clock_second is not null and helped.shot_made is not null
                then helped.block_of_moment
        end as block_player_id,
        helped.zones_source,
        helped.source_last_updated
    from helped
    left join schedule
        on helped.game_id = schedule.game_id
    where
        case helped.zones_source
            when 'play_by_play' then helped.labelled_plays > 0
            when 'shot_chart' then helped.labelled_plays = 0
            else helped.labelled_plays = 0 and helped.chart_shots = 0
        end
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
