{%- set counts = [
    "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts",
    "offensive_rebounds", "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers",
    "personal_fouls", "team_turnovers",
] -%}
{%- set scoring_kinds = ["points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers"] -%}

with

games as (
    select
        game_id,
        game_date,
        home_team,
        away_team,
        home_score,
        away_score
    from {{ ref("dim_game") }}
    where {{ read_scope(date="game_date", game="game_id") }} and is_final
),

-- both sides, because possessions and margin come from the two lines of a game
team_box as (
    select * from {{ ref("int_team_box") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

listings as (
    select
        game_date,
        game_id,
        team,
        player_status,
        is_dnp,
        stats_source,
        source_last_updated
    from {{ ref("int_player_box") }}
    where {{ read_scope(date="game_date", team="team", game="game_id") }}
),

shots as (
    select
        game_date,
        game_id,
        team,
        zone,
        shot_made,
        source_last_updated
    from {{ ref("int_shot") }}
    where {{ read_scope(date="game_date", team="team", game="game_id") }}
),

crews as (
    select
        game_date,
        game_id,
        referee_crew_id,
        source_last_updated
    from {{ ref("int_official_crew") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

gate as ({{ team_box_gate("games", "team_box") }}),

-- sources that list only those who played say nothing about the others
listed as (
    select
        game_date,
        game_id,
        team,
        count(case when not is_dnp then 1 end) as players_used,
        case
            when count(case when stats_source in ('playergamelogs', 'leaguegamelog', 'bdl') then 1 end) < count(*)
                then count(case when player_status = 'dnp' then 1 end)
        end as players_dnp,
        case
            when count(case when player_status = 'inactive' or stats_source in ('boxscore_cdn', 'gamebook') then 1 end) > 0
                then count(case when player_status = 'inactive' then 1 end)
        end as players_inactive,
        max(source_last_updated) as source_last_updated
    from listings
    group by game_date, game_id, team
),

shooting as (
    select
        game_date,
        game_id,
        team,
        count(*) as shots,
        count(zone) as zoned_shots,
        count(case when zone = 'paint' then 1 end) as paint_attempts,
        count(case when zone = 'paint' and shot_made then 1 end) as paint_makes,
        count(case when zone = 'mid_range' then 1 end) as mid_range_attempts,
        count(case when zone = 'mid_range' and shot_made then 1 end) as mid_range_makes,
        max(source_last_updated) as source_last_updated
    from shots
    group by game_date, game_id, team
),

joined as (
    select
        own_line.game_id,
        own_line.team,
        own_line.game_date,
        own_line.season,
        own_line.season_year,
        own_line.season_type,
        own_line.opponent,
        own_line.is_home,
        {%- for column in counts + scoring_kinds %}
        own_line.{{ column }},
        {%- endfor %}
        own_line.team_minutes,
        own_line.overtime_periods,
        {{ game_possessions("own_line", "opposing_line") }} as game_possessions,
        opposing_line.points as opponent_points,
        opposing_line.defensive_rebounds as opponent_defensive_rebounds,
        case when shooting.zoned_shots > 0 then shooting.paint_attempts end as paint_attempts,
        case when shooting.zoned_shots > 0 then shooting.paint_makes end as paint_makes,
        case when shooting.zoned_shots > 0 then shooting.mid_range_attempts end as mid_range_attempts,
        case when shooting.zoned_shots > 0 then shooting.mid_range_makes end as mid_range_makes,
        listed.players_used,
        listed.players_dnp,
        listed.players_inactive,
        crews.referee_crew_id,
        own_line.is_from_players or opposing_line.is_from_players as is_from_players,
        greatest(own_line.source_last_updated, opposing_line.source_last_updated) as source_team_box_last_updated,
        listed.source_last_updated as source_player_box_last_updated,
        coalesce(listed.players_used, 0) + coalesce(listed.players_dnp, 0) + coalesce(listed.players_inactive, 0)
            as source_player_box_rows_found,
        shooting.source_last_updated as source_shots_last_updated,
        coalesce(shooting.shots, 0) as source_shots_rows_found,
        crews.source_last_updated as source_referees_last_updated,
        case when crews.game_id is null then 0 else 1 end as source_referees_rows_found
    from gate
    inner join team_box as own_line
        on gate.game_id = own_line.game_id and gate.reasons = ''
    inner join team_box as opposing_line
        on own_line.game_id = opposing_line.game_id and own_line.opponent = opposing_line.team
    left join listed
        on
            own_line.game_date = listed.game_date
            and own_line.game_id = listed.game_id
            and own_line.team = listed.team
    left join shooting
        on
            own_line.game_date = shooting.game_date
            and own_line.game_id = shooting.game_id
            and own_line.team = shooting.team
    left join crews
        on own_line.game_date = crews.game_date and own_line.game_id = crews.game_id
),

measured as (
    select
        *,
        {{ round_value("game_possessions") }} as possessions,
        {{ round_value(safe_divide("240 * game_possessions", "team_minutes")) }} as pace,
        {{ round_value(safe_divide("100 * points", "game_possessions")) }} as offensive_rating,
        {{ round_ratio(effective_fg_pct("fg_makes", "three_makes", "fg_attempts")) }} as efg_pct,
        {{ round_ratio(true_shooting_pct("points", "fg_attempts", "ft_attempts")) }} as ts_pct,
        {{ round_ratio(safe_divide("ft_attempts", "fg_attempts")) }} as ft_rate,
        {{ round_ratio(safe_divide("turnovers", "game_possessions")) }} as turnover_rate,
        {{ round_ratio(safe_divide("offensive_rebounds", "(offensive_rebounds + opponent_defensive_rebounds)")) }}
            as offensive_rebound_rate,
        coalesce(paint_attempts + mid_range_attempts + three_attempts = fg_attempts, false) as has_shot_zones,
        points > opponent_points as win_flag,
        points - opponent_points as margin,
        {%- for column in scoring_kinds %}
        {{ "or " if not loop.first }}{{ column }} is null
        {%- endfor %} as is_scoring_kind_missing
    from joined
),

-- the gate lets only complete pairs of lines through
tiered as (
    select
        *,
        cast(1 as int64) as expected_games,
        cast(1 as int64) as found_games,
        cast(1 as {{ type_float64() }}) as completeness_pct,
        true as is_production_ready,
        case
            when is_from_players then 'bronze'
            when not has_shot_zones or is_scoring_kind_missing or players_used is null or referee_crew_id is null
                then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when is_from_players then 'team_from_players' end",
            "case when not has_shot_zones then 'zones_missing' end",
            "case when is_scoring_kind_missing then 'scoring_kinds_missing' end",
            "case when players_used is null then 'player_box_missing' end",
            "case when referee_crew_id is null then 'referees_missing' end",
        ]) }} as quality_issues
    from measured
),

final as (
    select
        game_id,
        team,
        game_date,
        season,
        season_year,
        season_type,
        opponent,
        is_home,
        {%- for column in counts %}
        {{ column }},
        {%- endfor %}
        team_minutes,
        overtime_periods,
        possessions,
        pace,
        offensive_rating,
        efg_pct,
        ts_pct,
        ft_rate,
        turnover_rate,
        offensive_rebound_rate,
        paint_attempts,
        paint_makes,
        mid_range_attempts,
        mid_range_makes,
        has_shot_zones,
        {%- for column in scoring_kinds %}
        {{ column }},
        {%- endfor %}
        win_flag,
        margin,
        players_used,
        players_dnp,
        players_inactive,
        referee_crew_id,
        source_team_box_last_updated,
        cast(2 as int64) as source_team_box_rows_found,
        cast(1 as {{ type_float64() }}) as source_team_box_completeness_pct,
        source_player_box_last_updated,
        cast(source_player_box_rows_found as int64) as source_player_box_rows_found,
        cast(case when players_used is null then 0 else 1 end as {{ type_float64() }})
            as source_player_box_completeness_pct,
        source_shots_last_updated,
        cast(source_shots_rows_found as int64) as source_shots_rows_found,
        {{ round_ratio(clamp(safe_divide("source_shots_rows_found", "fg_attempts"), "0", "1")) }}
            as source_shots_completeness_pct,
        source_referees_last_updated,
        cast(source_referees_rows_found as int64) as source_referees_rows_found,
        cast(source_referees_rows_found as {{ type_float64() }}) as source_referees_completeness_pct,
        expected_games,
        found_games,
        completeness_pct,
        is_production_ready,
        quality_tier,
        quality_issues,
        {{ row_columns() }}
    from tiered
    where {{ write_scope() }}
)

select * from final
