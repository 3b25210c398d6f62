{%- set counts = [
    "minutes", "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts",
    "offensive_rebounds", "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls",
] -%}
{%- set listing = [
    "game_date", "game_id", "season_year", "team", "opponent", "is_home", "player_name_raw", "player_lookup",
    "player_lookup_base", "player_status",
] -%}

with

gamebook as (
    select * from {{ ref("stg_nba_com__gamebook") }}
),

balldontlie as (
    select * from {{ ref("stg_balldontlie__player_boxscores") }}
    where game_id is not null
),

offers as (
    select * from {{ ref("int_name_offer") }}
),

players as (
    select
        player_id,
        player_name
    from {{ ref("dim_player") }}
),

names as (
    select
        'gamebook' as source_name,
        {{ listing | join(",\n        ") }},
        is_last_name_only,
        cast(listing_order as string) as line_key,
        dnp_reason,
        dnp_category,
        {{ counts | join(",\n        ") }},
        false as minutes_are_whole,
        plus_minus,
        source_last_updated
    from gamebook
    union all
    select
        'bdl' as source_name,
        {{ listing | join(",\n        ") }},
        false as is_last_name_only,
        bdl_player_id as line_key,
        cast(null as string) as dnp_reason,
        cast(null as string) as dnp_category,
        {{ counts | join(",\n        ") }},
        true as minutes_are_whole,
        cast(null as int64) as plus_minus,
        source_last_updated
    from balldontlie
),

{{ resolved_names(["source_name", "game_date", "game_id", "team", "line_key"], "matched") }},

-- of two lines that mean the same player the one that says most about his evening comes first
final as (
    select
        matched.source_name,
        matched.game_date,
        matched.game_id,
        matched.team,
        matched.line_key,
        matched.player_id,
        matched.match_method,
        row_number() over (
            partition by matched.source_name, matched.game_date, matched.game_id, matched.player_id
            order by
                case matched.player_status when 'active' then 1 when 'dnp' then 2 else 3 end,
                matched.team,
                matched.line_key
        ) as line_number,
        matched.season_year,
        matched.opponent,
        matched.is_home,
        matched.player_name_raw,
        coalesce(players.player_name, matched.player_name_raw) as player_name,
        matched.player_lookup,
        matched.player_status,
        matched.dnp_reason,
        matched.dnp_category,
        {%- for column in counts %}
        matched.{{ column }},
        {%- endfor %}
        matched.minutes_are_whole,
        matched.plus_minus,
        matched.source_last_updated
    from matched
    left join players
        on matched.player_id = players.player_id
)

select * from final
