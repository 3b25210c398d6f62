{%- set identity = [
    "game_date", "game_id", "player_id", "season_year", "team", "opponent", "is_home", "player_name", "player_status",
] -%}
{%- set counts = [
    "minutes", "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts",
    "offensive_rebounds", "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls",
] -%}

with

boxscores as (
    select * from {{ ref("stg_nba_com__boxscore_players") }}
),

logs as (
    select * from {{ ref("stg_nba_com__player_boxscores") }}
),

named_lines as (
    select * from {{ ref("int_named_player_box") }}
    where player_id is not null and line_number = 1
),

-- the rank is the order of precedence: the first source that has a game gives its rows
final as (
    select
        case source_variant when 'cdn_live' then 1 when 'stats_v3' then 2 when 'stats_v2' then 3 end as source_rank,
        case source_variant
            when 'cdn_live' then 'boxscore_cdn'
            when 'stats_v3' then 'boxscore_v3'
            when 'stats_v2' then 'boxscore_v2'
        end as stats_source,
        {{ identity | join(",\n        ") }},
        dnp_reason,
        dnp_category,
        is_starter,
        starting_position,
        {{ counts | join(",\n        ") }},
        false as minutes_are_whole,
        plus_minus,
        points_in_paint,
        fast_break_points,
        second_chance_points,
        cast(null as int64) as points_off_turnovers,
        cast(null as int64) as assisted_fg_makes,
        source_last_updated
    from boxscores

    union all

    select
        case source_variant when 'playergamelogs' then 5 when 'leaguegamelog' then 6 end as source_rank,
        source_variant as stats_source,
        {{ identity | join(",\n        ") }},
        cast(null as string) as dnp_reason,
        cast(null as string) as dnp_category,
        cast(null as bool) as is_starter,
        cast(null as string) as starting_position,
        {{ counts | join(",\n        ") }},
        minutes_are_whole,
        plus_minus,
        points_in_paint,
        fast_break_points,
        second_chance_points,
        points_off_turnovers,
        assisted_fg_makes,
        source_last_updated
    from logs

    union all

    select
        case source_name when 'gamebook' then 4 when 'bdl' then 7 end as source_rank,
        source_name as stats_source,
        {{ identity | join(",\n        ") }},
        dnp_reason,
        dnp_category,
        cast(null as bool) as is_starter,
        cast(null as string) as starting_position,
        {{ counts | join(",\n        ") }},
        minutes_are_whole,
        plus_minus,
        cast(null as int64) as points_in_paint,
        cast(null as int64) as fast_break_points,
        cast(null as int64) as second_chance_points,
        cast(null as int64) as points_off_turnovers,
        cast(null as int64) as assisted_fg_makes,
        source_last_updated
    from named_lines
)

select * from final
