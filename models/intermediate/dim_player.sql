{{ config(schema="nba_reference") }}

with

player_list as (
    select * from {{ ref("stg_nba_com__player_list") }}
    where {{ read_scope(player="player_id") }}
),

rosters as (
    select * from {{ ref("stg_nba_com__team_rosters") }}
    where {{ read_scope(player="player_id") }}
),

logs as (
    select * from {{ ref("stg_nba_com__player_boxscores") }}
    where {{ read_scope(player="player_id") }}
),

boxes as (
    select * from {{ ref("stg_nba_com__boxscore_players") }}
    where {{ read_scope(player="player_id") }}
),

listings as (
    select player_id, player_name, position, season_year, cast(null as date) as listed_on, 'player_list' as source_name
    from player_list
    union all
    select player_id, player_name, position, season_year, roster_date, 'rosters' from rosters
    union all
    select player_id, player_name, cast(null as string), season_year, game_date, 'game_log' from logs
    union all
    select player_id, player_name, cast(null as string), season_year, game_date, 'box_score' from boxes
),

-- the directory writes names whole, box feeds may shorten them; the newest spelling of the best source stands
ranked as (
    select
        *,
        row_number() over (
            partition by player_id
            order by
                case source_name when 'player_list' then 1 when 'rosters' then 2 when 'game_log' then 3 else 4 end,
                season_year desc, listed_on desc, player_name
        ) as name_rank,
        row_number() over (
            partition by player_id
            order by
                case when position is null then 1 else 0 end, season_year desc, listed_on desc, source_name, position
        ) as position_rank
    from listings
),

known as (
    select
        player_id,
        max(case when name_rank = 1 then player_name end) as player_name,
        max(case when position_rank = 1 then position end) as position,
        min(season_year) as first_season,
        max(season_year) as last_season,
        max(case when source_name = 'player_list' then source_name end) as in_player_list,
        max(case when source_name = 'rosters' then source_name end) as in_rosters,
        max(case when source_name = 'game_log' then source_name end) as in_game_log,
        max(case when source_name = 'box_score' then source_name end) as in_box_score
    from ranked
    group by player_id
),

final as (
    select
        player_id,
        player_name,
        {{ normalize_name("player_name") }} as player_lookup,
        {{ normalize_name_base("player_name") }} as player_lookup_base,
        position,
        first_season,
        last_season,
        {{ string_array(["in_player_list", "in_rosters", "in_game_log", "in_box_score"]) }} as sources
    from known
)

select * from final
where {{ write_scope() }}
