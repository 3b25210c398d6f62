{%- set counts = [
    "minutes", "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts",
    "offensive_rebounds", "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls",
] -%}
{%- set listing = [
    "game_date", "game_id", "season_year", "team", "opponent", "is_home", "player_name_raw", "player_status",
] -%}

with

gamebook as (
    select * from {{ ref("stg_nba_com__gamebook") }}
),

balldontlie as (
    select * from {{ ref("stg_balldontlie__player_boxscores") }}
    where game_id is not null
),

matches as (
    select * from {{ ref("int_box_name_match") }}
),

lines as (
    select
        'gamebook' as stats_source,
        {{ listing | join(",\n        ") }},
        dnp_reason,
        dnp_category,
        {{ counts | join(",\n        ") }},
        false as minutes_are_whole,
        plus_minus,
        listing_order,
        source_last_updated
    from gamebook
    union all
    select
        'bdl' as stats_source,
        {{ listing | join(",\n        ") }},
        cast(null as string) as dnp_reason,
        cast(null as string) as dnp_category,
        {{ counts | join(",\n        ") }},
        true as minutes_are_whole,
        cast(null as int64) as plus_minus,
        cast(null as int64) as listing_order,
        source_last_updated
    from balldontlie
),

-- two lines that mean the same player leave the one that says most about his evening
matched as (
    select
        lines.stats_source,
        lines.game_date,
        lines.game_id,
        matches.player_id,
        lines.season_year,
        lines.team,
        lines.opponent,
        lines.is_home,
        lines.player_name_raw as player_name,
        lines.player_status,
        lines.dnp_reason,
        lines.dnp_category,
        {%- for column in counts %}
        lines.{{ column }},
        {%- endfor %}
        lines.minutes_are_whole,
        lines.plus_minus,
        matches.match_method,
        lines.source_last_updated,
        row_number() over (
            partition by lines.game_date, lines.game_id, lines.stats_source, matches.player_id
            order by
                case lines.player_status when 'active' then 1 when 'dnp' then 2 else 3 end,
                lines.team,
                lines.listing_order nulls last,
                lines.player_name_raw
        ) as line_number
    from lines
    inner join matches
        on
            lines.stats_source = matches.source_name
            and lines.game_date = matches.game_date
            and lines.game_id = matches.game_id
            and lines.team = matches.team
            and lines.player_name_raw = matches.player_name_raw
    where matches.player_id is not null
),

final as (
    select
        stats_source,
        game_date,
        game_id,
        player_id,
        season_year,
        team,
        opponent,
        is_home,
        player_name,
        player_status,
        dnp_reason,
        dnp_category,
        {{ counts | join(",\n        ") }},
        minutes_are_whole,
        plus_minus,
        match_method,
        source_last_updated
    from matched
    where line_number = 1
)

select * from final
