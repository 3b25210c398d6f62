{%- set counts = [
    "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts", "offensive_rebounds",
    "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls",
] -%}
{%- set remarks = ["dnp_reason", "dnp_category", "is_starter", "starting_position"] -%}
{%- set extras = [
    "plus_minus", "points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers", "assisted_fg_makes",
] -%}
{%- set filled = [] -%}
{%- for column in remarks + extras -%}
    {%- do filled.append("case when own_" ~ column ~ " is null and " ~ column ~ " is not null then '" ~ column ~ "' end") -%}
{%- endfor -%}

with

listings as (
    select * from {{ ref("int_player_box_source") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

-- what the player's first source lacks is taken from the next one that has it
ranked as (
    select
        game_date,
        game_id,
        player_id,
        season_year,
        team,
        opponent,
        is_home,
        player_name,
        player_status,
        source_rank,
        stats_source,
        min(source_rank) over (partition by game_date, game_id) as game_source_rank,
        row_number() over by_precedence as listing_number,
        {%- for column in remarks + extras %}
        {{ column }} as own_{{ column }},
        first_value({{ column }} ignore nulls) over all_listings as {{ column }},
        {%- endfor %}
        {%- for column in counts %}
        first_value({{ column }} ignore nulls) over all_listings as {{ column }},
        {%- endfor %}
        first_value(case when not minutes_are_whole then minutes end ignore nulls) over all_listings as decimal_minutes,
        minutes as own_minutes,
        max(coalesce(points, 0)) over all_listings > min(coalesce(points, 0)) over all_listings
        or max(coalesce(minutes, 0)) over all_listings - min(coalesce(minutes, 0)) over all_listings > 1
            as has_source_disagreement,
        max(source_last_updated) over all_listings as source_last_updated
    from listings
    window
        by_precedence as (partition by game_date, game_id, player_id order by source_rank),
        all_listings as (
            partition by game_date, game_id, player_id
            order by source_rank
            rows between unbounded preceding and unbounded following
        )
),

-- a lesser source may add somebody who did not play, but no appearance that the game's own source does not know
final as (
    select
        game_id,
        player_id,
        game_date,
        {{ season_label("season_year") }} as season,
        season_year,
        {{ season_type_of("game_id") }} as season_type,
        team,
        opponent,
        is_home,
        player_name,
        player_status,
        player_status <> 'active' as is_dnp,
        case when player_status <> 'active' then dnp_reason end as dnp_reason,
        case when player_status <> 'active' then dnp_category end as dnp_category,
        is_starter,
        starting_position,
        case
            when player_status = 'active' then coalesce(decimal_minutes, own_minutes)
        end as minutes,
        case when player_status = 'active' then decimal_minutes is null end as minutes_are_whole,
        {%- for column in counts + extras %}
        case when player_status = 'active' then {{ column }} end as {{ column }},
        {%- endfor %}
        stats_source,
        {{ string_array(filled) }} as filled_columns,
        has_source_disagreement,
        source_last_updated
    from ranked
    where
        listing_number = 1
        and (source_rank = game_source_rank or player_status <> 'active')
)

select * from final
where {{ write_scope() }}
