{%- set naming = [
    "game_date", "game_id", "home_team", "away_team", "player_name_raw", "player_lookup", "player_lookup_base",
] -%}

with

props as (
    select * from {{ ref("stg_odds_api__player_points_props") }}
    where game_id is not null
),

quotes as (
    select * from {{ ref("stg_bettingpros__player_points_props") }}
    where game_id is not null
),

injury_reports as (
    select * from {{ ref("stg_nba_com__injury_report") }}
    where game_id is not null and player_name_raw is not null
),

offers as (
    select * from {{ ref("int_name_offer") }}
),

named as (
    {%- for source_name, relation in [
        ("odds_api", "props"), ("bettingpros", "quotes"), ("injury_report", "injury_reports"),
    ] %}
    select distinct
        '{{ source_name }}' as source_name,
        {{ naming | join(",\n        ") }}
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

names as (
    select
        named.*,
        2000 + cast(substr(game_id, 4, 2) as int64) as season_year,
        home_team as team,
        away_team as opponent,
        false as is_last_name_only
    from named
),

{{ resolved_names(["source_name", "game_date", "game_id", "player_name_raw"], "matched") }},

final as (
    select
        source_name,
        game_date,
        game_id,
        player_name_raw,
        player_id,
        match_method,
        home_team,
        away_team,
        player_lookup
    from matched
)

select * from final
