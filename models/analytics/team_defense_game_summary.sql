{%- set allowed = [
    "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts", "offensive_rebounds",
    "rebounds", "assists",
] -%}
{%- set scoring_kinds = ["points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers"] -%}
{%- set zones = ["paint", "mid_range", "three"] -%}

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

-- both sides, because what a team allows stands on its opponent's line
team_box as (
    select * from {{ ref("int_team_box") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

shots as (
    select
        game_date,
        game_id,
        opponent as team,
        zone,
        shot_made,
        block_player_id,
        source_last_updated
    from {{ ref("int_shot") }}
    where {{ read_scope(date="game_date", team="opponent", game="game_id") }}
),

gate as ({{ team_box_gate("games", "team_box") }}),

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
        {%- for zone in zones %}
        count(case when zone = '{{ zone }}' and block_player_id is not null then 1 end) as {{ zone }}_blocks,
        {%- endfor %}
        count(case when zone is not null and block_player_id is not null then 1 end) as zoned_blocks,
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
        opposing_line.points as points_allowed,
        {%- for column in allowed %}
        opposing_line.{{ column }} as opp_{{ column }},
        {%- endfor %}
        opposing_line.turnovers as turnovers_forced,
        own_line.personal_fouls as fouls_committed,
        own_line.steals,
        own_line.blocks,
        own_line.defensive_rebounds,
        case when shooting.zoned_shots > 0 then shooting.paint_attempts end as opp_paint_attempts,
        case when shooting.zoned_shots > 0 then shooting.paint_makes end as opp_paint_makes,
        case when shooting.zoned_shots > 0 then shooting.mid_range_attempts end as opp_mid_range_attempts,
        case when shooting.zoned_shots > 0 then shooting.mid_range_makes end as opp_mid_range_makes,
        {%- for zone in zones %}
        case
            when shooting.zoned_blocks > 0 then shooting.{{ zone }}_blocks
            when own_line.blocks = 0 then 0
        end as {{ zone }}_blocks,
        {%- endfor %}
        {%- for column in scoring_kinds %}
        opposing_line.{{ column }} as {{ column }}_allowed,
        {%- endfor %}
        {{ game_possessions("opposing_line", "own_line") }} as game_possessions,
        own_line.team_minutes,
        own_line.overtime_periods,
        own_line.points,
        own_line.is_from_players or opposing_line.is_from_players as is_from_players,
        greatest(own_line.source_last_updated, opposing_line.source_last_updated) as source_team_box_last_updated,
        shooting.source_last_updated as source_shots_last_updated,
        coalesce(shooting.shots, 0) as source_shots_rows_found
    from gate
    inner join team_box as own_line
        on gate.game_id = own_line.game_id and gate.reasons = ''
    inner join team_box as opposing_line
        on own_line.game_id = opposing_line.game_id and own_line.opponent = opposing_line.team
    left join shooting
        on
            own_line.game_date = shooting.game_date
            and own_line.game_id = shooting.game_id
            and own_line.team = shooting.team
),

measured as (
    select
        *,
        2 * opp_mid_range_makes as mid_range_points_allowed,
        3 * opp_three_makes as three_points_allowed,
        {{ round_value("game_possessions") }} as possessions,
        {{ round_value(safe_divide("240 * game_possessions", "team_minutes")) }} as pace,
        {{ round_value(safe_divide("100 * points_allowed", "game_possessions")) }} as defensive_rating,
        {{ round_ratio(effective_fg_pct("opp_fg_makes", "opp_three_makes", "opp_fg_attempts")) }} as opp_efg_pct,
        {{ round_ratio(true_shooting_pct("points_allowed", "opp_fg_attempts", "opp_ft_attempts")) }} as opp_ts_pct,
        {{ round_ratio(safe_divide("opp_ft_attempts", "opp_fg_attempts")) }} as opp_ft_rate,
        coalesce(opp_paint_attempts + opp_mid_range_attempts + opp_three_attempts = opp_fg_attempts, false)
            as has_shot_zones,
        points > points_allowed as win_flag,
        points - points_allowed as margin,
        {%- for column in scoring_kinds %}
        {{ "or " if not loop.first }}{{ column }}_allowed is null
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
            when not has_shot_zones or is_scoring_kind_missing or paint_blocks is null then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when is_from_players then 'team_from_players' end",
            "case when not has_shot_zones then 'zones_missing' end",
            "case when is_scoring_kind_missing then 'scoring_kinds_missing' end",
            "case when paint_blocks is null then 'zoned_blocks_missing' end",
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
        points_allowed,
        {%- for column in allowed %}
        opp_{{ column }},
        {%- endfor %}
        turnovers_forced,
        fouls_committed,
        steals,
        blocks,
        defensive_rebounds,
        opp_paint_attempts,
        opp_paint_makes,
        opp_mid_range_attempts,
        opp_mid_range_makes,
        has_shot_zones,
        paint_blocks,
        mid_range_blocks,
        three_blocks,
        {%- for column in scoring_kinds %}
        {{ column }}_allowed,
        {%- endfor %}
        mid_range_points_allowed,
        three_points_allowed,
        possessions,
        pace,
        defensive_rating,
        opp_efg_pct,
        opp_ts_pct,
        opp_ft_rate,
        overtime_periods,
        win_flag,
        margin,
        source_team_box_last_updated,
        cast(2 as int64) as source_team_box_rows_found,
        cast(1 as {{ type_float64() }}) as source_team_box_completeness_pct,
        source_shots_last_updated,
        cast(source_shots_rows_found as int64) as source_shots_rows_found,
        {{ round_ratio(clamp(safe_divide("source_shots_rows_found", "opp_fg_attempts"), "0", "1")) }}
            as source_shots_completeness_pct,
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
