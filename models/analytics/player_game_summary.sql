{%- set counts = [
    "points", "fg_makes", "fg_attempts", "three_makes", "three_attempts", "ft_makes", "ft_attempts",
    "offensive_rebounds", "defensive_rebounds", "rebounds", "assists", "steals", "blocks", "turnovers",
    "personal_fouls",
] -%}
{%- set scoring_kinds = ["points_in_paint", "fast_break_points", "second_chance_points", "points_off_turnovers"] -%}
{%- set zones = ["paint", "mid_range", "three"] -%}
{#- sources that are not the game's own box score and carry less than it -#}
{%- set fallback_sources = "('gamebook', 'leaguegamelog', 'bdl')" -%}
{%- set zones_add_up = "coalesce(paint_attempts + mid_range_attempts + three_attempts = fg_attempts, false)" -%}

with

games as (
    select
        game_id,
        game_date,
        home_team,
        away_team,
        home_score,
        away_score,
        tip_off_utc
    from {{ ref("dim_game") }}
    where {{ read_scope(date="game_date", game="game_id") }} and is_final
),

-- whole games, because a game is accepted or held by all of its lines
player_box as (
    select * from {{ ref("int_player_box") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

team_box as (
    select * from {{ ref("int_team_box") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

-- a player is named in the shots of others too, as the one who assisted or blocked
shots as (
    select
        game_date,
        game_id,
        player_id,
        block_player_id,
        assist_player_id,
        zone,
        shot_made,
        zones_source,
        source_last_updated
    from {{ ref("int_shot") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

play_points as (
    select * from {{ ref("int_play_points") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
),

points_lines as (
    select * from {{ ref("int_points_line_closing") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
),

injury_reports as (
    select
        game_date,
        game_id,
        player_id,
        team,
        report_at,
        reason_category,
        source_last_updated
    from {{ ref("int_injury_report") }}
    where {{ read_scope(date="game_date", player="player_id", game="game_id") }}
),

team_gate as ({{ team_box_gate("games", "team_box") }}),

player_gate as ({{ player_box_gate("player_box", "team_box") }}),

-- a game has to pass both gates
accepted as (
    select game_id
    from (
        select * from team_gate
        union all
        select * from player_gate
    ) as gates
    group by game_id
    having count(*) = 2 and max(reasons) = ''
),

shooting as (
    select
        game_date,
        game_id,
        player_id,
        count(*) as shots,
        count(zone) as zoned_shots,
        count(case when zone = 'paint' then 1 end) as paint_attempts,
        count(case when zone = 'paint' and shot_made then 1 end) as paint_makes,
        count(case when zone = 'mid_range' then 1 end) as mid_range_attempts,
        count(case when zone = 'mid_range' and shot_made then 1 end) as mid_range_makes,
        count(case when shot_made and assist_player_id is not null then 1 end) as assisted_makes,
        count(case when shot_made and assist_player_id is null then 1 end) as unassisted_makes,
        min(zones_source) as zones_source,
        max(source_last_updated) as source_last_updated
    from shots
    where player_id is not null
    group by game_date, game_id, player_id
),

blocking as (
    select
        game_date,
        game_id,
        block_player_id as player_id,
        {%- for zone in zones %}
        count(case when zone = '{{ zone }}' then 1 end) as {{ zone }}_blocks,
        {%- endfor %}
        count(zone) as zoned_blocks
    from shots
    where block_player_id is not null
    group by game_date, game_id, block_player_id
),

visible_reports as (
    select
        injury_reports.*,
        row_number() over (
            partition by injury_reports.game_date, injury_reports.game_id, injury_reports.player_id
            order by injury_reports.report_at desc, injury_reports.team
        ) as reports_back
    from injury_reports
    inner join games
        on injury_reports.game_id = games.game_id and injury_reports.report_at < games.tip_off_utc
),

last_report as (
    select * from visible_reports
    where reports_back = 1
),

joined as (
    select
        player_box.game_id,
        player_box.player_id,
        player_box.game_date,
        player_box.season,
        player_box.season_year,
        player_box.season_type,
        {{ normalize_name("player_box.player_name") }} as player_lookup,
        player_box.player_name,
        player_box.team,
        player_box.opponent,
        player_box.is_home,
        player_box.player_status,
        player_box.is_dnp,
        player_box.dnp_reason,
        case
            when player_box.is_dnp then coalesce(player_box.dnp_category, last_report.reason_category)
        end as dnp_category,
        player_box.is_starter,
        player_box.starting_position,
        {{ round_value("player_box.minutes") }} as minutes,
        {%- for column in counts %}
        player_box.{{ column }},
        {%- endfor %}
        player_box.plus_minus,
        {{ round_ratio(
            effective_fg_pct("player_box.fg_makes", "player_box.three_makes", "player_box.fg_attempts")
        ) }} as efg_pct,
        {{ round_ratio(
            true_shooting_pct("player_box.points", "player_box.fg_attempts", "player_box.ft_attempts")
        ) }} as ts_pct,
        case
            when player_box.minutes >= 1 then {{ round_ratio(usage_share("player_box", "own_line")) }}
        end as usage_share,
        {%- for column in ["paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes"] %}
        case
            when player_box.fg_attempts = 0 and shooting.shots is null then 0
            when shooting.zoned_shots > 0 then shooting.{{ column }}
        end as {{ column }},
        {%- endfor %}
        shooting.zones_source != 'shot_chart' as has_assists,
        shooting.assisted_makes as assisted_shots,
        shooting.unassisted_makes as unassisted_shots,
        coalesce(
            player_box.assisted_fg_makes,
            case when player_box.fg_makes = 0 and play_points.player_id is not null then 0 end
        ) as assisted_box_makes,
        play_points.and_one_count,
        {%- for zone in zones %}
        case
            when blocking.zoned_blocks > 0 then blocking.{{ zone }}_blocks
            when player_box.blocks = 0 and play_points.player_id is not null then 0
        end as {{ zone }}_blocks,
        {%- endfor %}
        {%- for column in scoring_kinds %}
        coalesce(player_box.{{ column }}, play_points.{{ column }}) as {{ column }},
        {%- endfor %}
        own_line.points as team_points,
        opposing_line.points as opponent_points,
        points_lines.points_line,
        points_lines.points_line_book,
        points_lines.points_line_observed_at,
        points_lines.opening_points_line,
        player_box.stats_source,
        case when shooting.zoned_shots > 0 then shooting.zones_source end as zones_source,
        player_box.has_source_disagreement,
        own_line.is_from_players or opposing_line.is_from_players as has_summed_team_line,
        case
            when player_box.is_dnp then 1
            when player_box.minutes is null
            {%- for column in counts %} or player_box.{{ column }} is null {%- endfor %} then 0
            else 1
        end as found_games,
        player_box.source_last_updated as source_player_box_last_updated,
        greatest(own_line.source_last_updated, opposing_line.source_last_updated) as source_team_box_last_updated,
        shooting.source_last_updated as source_shots_last_updated,
        coalesce(shooting.shots, 0) as source_shots_rows_found,
        points_lines.source_last_updated as source_props_last_updated,
        last_report.source_last_updated as source_injury_last_updated,
        case when last_report.player_id is null then 0 else 1 end as source_injury_rows_found
    from accepted
    inner join player_box
        on accepted.game_id = player_box.game_id
    inner join team_box as own_line
        on player_box.game_id = own_line.game_id and player_box.team = own_line.team
    inner join team_box as opposing_line
        on player_box.game_id = opposing_line.game_id and player_box.opponent = opposing_line.team
    left join shooting
        on
            player_box.game_date = shooting.game_date
            and player_box.game_id = shooting.game_id
            and player_box.player_id = shooting.player_id
            and not player_box.is_dnp
    left join blocking
        on
            player_box.game_date = blocking.game_date
            and player_box.game_id = blocking.game_id
            and player_box.player_id = blocking.player_id
            and not player_box.is_dnp
    left join play_points
        on
            player_box.game_date = play_points.game_date
            and player_box.game_id = play_points.game_id
            and player_box.player_id = play_points.player_id
            and not player_box.is_dnp
    left join points_lines
        on
            player_box.game_date = points_lines.game_date
            and player_box.game_id = points_lines.game_id
            and player_box.player_id = points_lines.player_id
    left join last_report
        on
            player_box.game_date = last_report.game_date
            and player_box.game_id = last_report.game_id
            and player_box.player_id = last_report.player_id
            and player_box.is_dnp
),

judged as (
    select
        *,
        {{ zones_add_up }} as has_shot_zones,
        case when usage_share <= 1 then usage_share end as usage_rate,
        case when has_assists then assisted_shots else assisted_box_makes end as assisted_makes,
        case when has_assists then unassisted_shots else fg_makes - assisted_box_makes end as unassisted_makes,
        team_points > opponent_points as win_flag,
        {{ round_value("points_line - opening_points_line") }} as line_movement,
        case
            when points > points_line then 'OVER'
            when points < points_line then 'UNDER'
            when points = points_line then 'PUSH'
        end as over_under_result,
        {{ round_value("points - points_line") }} as line_margin,
        1 as expected_games,
        cast(found_games as {{ type_float64() }}) as completeness_pct,
        found_games = 1 as is_production_ready,
        case
            when found_games = 0 then 'unusable'
            when stats_source in {{ fallback_sources }} then 'bronze'
            when has_summed_team_line or has_source_disagreement then 'bronze'
            when is_dnp and dnp_category is null then 'silver'
            when is_dnp then 'gold'
            when is_starter is null or points_line is null or usage_share > 1 then 'silver'
            when not {{ zones_add_up }} then 'silver'
            else 'gold'
        end as quality_tier,
        {{ string_array([
            "case when found_games = 0 then 'critical_value_missing' end",
            "case when stats_source in " ~ fallback_sources ~ " then 'fallback_source' end",
            "case when has_summed_team_line then 'team_from_players' end",
            "case when has_source_disagreement then 'source_disagreement' end",
            "case when usage_share > 1 then 'usage_above_one' end",
            "case when not is_dnp and not " ~ zones_add_up ~ " then 'zones_missing' end",
            "case when not is_dnp and is_starter is null then 'starter_flag_missing' end",
            "case when not is_dnp and points_line is null then 'points_line_missing' end",
            "case when is_dnp and dnp_category is null then 'dnp_category_missing' end",
        ]) }} as quality_issues
    from joined
    where {{ write_scope() }}
),

final as (
    select
        game_id,
        player_id,
        game_date,
        season,
        season_year,
        season_type,
        player_lookup,
        player_name,
        team,
        opponent,
        is_home,
        player_status,
        is_dnp,
        dnp_reason,
        dnp_category,
        is_starter,
        starting_position,
        minutes,
        {%- for column in counts %}
        {{ column }},
        {%- endfor %}
        plus_minus,
        efg_pct,
        ts_pct,
        usage_rate,
        paint_attempts,
        paint_makes,
        mid_range_attempts,
        mid_range_makes,
        has_shot_zones,
        assisted_makes,
        unassisted_makes,
        and_one_count,
        paint_blocks,
        mid_range_blocks,
        three_blocks,
        points_in_paint,
        fast_break_points,
        second_chance_points,
        points_off_turnovers,
        win_flag,
        team_points,
        opponent_points,
        points_line,
        points_line_book,
        points_line_observed_at,
        opening_points_line,
        line_movement,
        over_under_result,
        line_margin,
        stats_source,
        zones_source,
        source_player_box_last_updated,
        cast(1 as int64) as source_player_box_rows_found,
        cast(1 as {{ type_float64() }}) as source_player_box_completeness_pct,
        source_team_box_last_updated,
        cast(2 as int64) as source_team_box_rows_found,
        cast(1 as {{ type_float64() }}) as source_team_box_completeness_pct,
        source_shots_last_updated,
        cast(source_shots_rows_found as int64) as source_shots_rows_found,
        case
            when source_shots_rows_found > fg_attempts then 1
            else {{ round_ratio(safe_divide("source_shots_rows_found", "fg_attempts")) }}
        end as source_shots_completeness_pct,
        source_props_last_updated,
        cast(case when points_line is null then 0 else 1 end as int64) as source_props_rows_found,
        cast(case when points_line is null then 0 else 1 end as {{ type_float64() }}) as source_props_completeness_pct,
        source_injury_last_updated,
        cast(source_injury_rows_found as int64) as source_injury_rows_found,
        case when is_dnp then cast(source_injury_rows_found as {{ type_float64() }}) end
            as source_injury_completeness_pct,
        cast(expected_games as int64) as expected_games,
        cast(found_games as int64) as found_games,
        completeness_pct,
        is_production_ready,
        quality_tier,
        quality_issues,
        {{ row_columns() }}
    from judged
)

select * from final
