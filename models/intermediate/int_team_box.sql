{%- set counts = [
    "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts", "offensive_rebounds",
    "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls",
] -%}
{%- set misc_points = ["points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers"] -%}

{%- set is_total -%}
team_boxscores.source_variant = 'teamgamelogs' and team_boxscores.team_turnovers is null
            and player_sums.turnovers <= team_boxscores.turnovers
{%- endset %}

with

team_boxscores as (
    select * from {{ ref("stg_nba_com__team_boxscore") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

player_boxes as (
    select * from {{ ref("int_player_box") }}
    where not is_dnp and {{ read_scope(date="game_date", game="game_id") }}
),

player_sums as (
    select
        game_date,
        game_id,
        team,
        max(opponent) as opponent,
        max(case when is_home then 1 else 0 end) = 1 as is_home,
        max(season_year) as season_year,
        -- whole minutes do not add up: the nearest possible length of a game is meant
        240 + 25 * round((sum(minutes) - 240) / 25) as team_minutes,
        {%- for column in counts %}
        cast(sum({{ column }}) as int64) as {{ column }},
        {%- endfor %}
        {%- for column in misc_points %}
        case when count({{ column }}) = count(*) then cast(sum({{ column }}) as int64) end as {{ column }},
        {%- endfor %}
        max(source_last_updated) as source_last_updated
    from player_boxes
    group by game_date, game_id, team
    having count(*) >= 8
),

-- the game logs of teams count team turnovers in; every other variant gives those of the players
variants as (
    select
        case team_boxscores.source_variant
            when 'cdn_live' then 1
            when 'stats_v3' then 2
            when 'stats_v2' then 3
            when 'teamgamelogs' then 4
            when 'leaguegamefinder' then 5
        end as source_rank,
        team_boxscores.source_variant as stats_source,
        team_boxscores.game_date,
        team_boxscores.game_id,
        team_boxscores.team,
        team_boxscores.opponent,
        team_boxscores.is_home,
        team_boxscores.season_year,
        team_boxscores.team_minutes,
        {%- for column in counts if column != "turnovers" %}
        team_boxscores.{{ column }},
        {%- endfor %}
        case
            when {{ is_total }} then player_sums.turnovers
            else team_boxscores.turnovers
        end as turnovers,
        case
            when {{ is_total }} then team_boxscores.turnovers - player_sums.turnovers
            else team_boxscores.team_turnovers
        end as team_turnovers,
        team_boxscores.fouls_drawn,
        {%- for column in misc_points %}
        team_boxscores.{{ column }},
        {%- endfor %}
        team_boxscores.source_last_updated
    from team_boxscores
    left join player_sums
        on
            team_boxscores.game_date = player_sums.game_date
            and team_boxscores.game_id = player_sums.game_id
            and team_boxscores.team = player_sums.team

    union all

    select
        6 as source_rank,
        'players' as stats_source,
        game_date,
        game_id,
        team,
        opponent,
        is_home,
        season_year,
        team_minutes,
        {%- for column in counts if column != "turnovers" %}
        {{ column }},
        {%- endfor %}
        turnovers,
        cast(null as int64) as team_turnovers,
        cast(null as int64) as fouls_drawn,
        {%- for column in misc_points %}
        {{ column }},
        {%- endfor %}
        source_last_updated
    from player_sums
),

ranked as (
    select
        source_rank,
        stats_source,
        game_date,
        game_id,
        team,
        opponent,
        is_home,
        season_year,
        team_minutes,
        {%- for column in counts %}
        {{ column }},
        {%- endfor %}
        row_number() over by_precedence as variant_number,
        {%- for column in ["team_turnovers", "fouls_drawn"] + misc_points %}
        first_value({{ column }} ignore nulls) over all_variants as {{ column }},
        {%- endfor %}
        max(source_last_updated) over all_variants as source_last_updated
    from variants
    window
        by_precedence as (partition by game_date, game_id, team order by source_rank),
        all_variants as (
            partition by game_date, game_id, team
            order by source_rank
            rows between unbounded preceding and unbounded following
        )
),

final as (
    select
        game_id,
        team,
        opponent,
        is_home,
        game_date,
        {{ season_label("season_year") }} as season,
        season_year,
        {{ season_type_of("game_id") }} as season_type,
        team_minutes,
        cast(round((team_minutes - 240) / 25) as int64) as overtime_periods,
        {%- for column in counts %}
        {{ column }},
        {%- endfor %}
        team_turnovers,
        fouls_drawn,
        {%- for column in misc_points %}
        {{ column }},
        {%- endfor %}
        stats_source,
        source_rank = 6 as is_from_players,
        source_last_updated
    from ranked
    where variant_number = 1
)

select * from final
where {{ write_scope() }}
