with

predictions as (
    select * from {{ ref("player_points_predictions") }}
    where
        {{ read_scope(date="game_date", player="player_id", game="game_id", lookahead_days=120) }}
        and case when mode = 'live' then written_at else created_at end < tip_off_utc
),

games as (
    select
        game_id,
        game_date,
        is_final,
        coalesce(postponed_status, 'N') = 'Y' as is_postponed
    from {{ ref("dim_game") }}
    where {{ read_scope(date="game_date", game="game_id") }}
),

player_games as (
    select
        game_id,
        player_id,
        is_dnp,
        minutes,
        points,
        points_line as closing_line,
        is_production_ready
    from {{ ref("player_game_summary") }}
    where {{ read_scope(date="game_date") }}
),

injuries as (
    select
        game_id,
        player_id,
        injury_status,
        report_at
    from {{ ref("int_injury_report") }}
    where {{ read_scope(date="game_date") }} and player_id is not null
),

-- A postponed game keeps its id: the version made for its last date is the one that counts.
newest as (
    select
        *,
        row_number() over (
            partition by game_id, player_id, system_id, mode
            order by prediction_version desc
        ) as age
    from predictions
),

final_reports as (
    select
        newest.prediction_id,
        injuries.injury_status as final_report_status,
        row_number() over (
            partition by newest.prediction_id
            order by injuries.report_at desc, injuries.injury_status
        ) as age
    from newest
    inner join injuries
        on newest.game_id = injuries.game_id
        and newest.player_id = injuries.player_id
        and injuries.report_at < newest.tip_off_utc
    where newest.age = 1
),

complete_games as (
    select distinct game_id
    from player_games
    where is_production_ready
),

judged as (
    select
        newest.*,
        final_reports.final_report_status,
        player_games.closing_line,
        case when not player_games.is_dnp then player_games.points end as actual_points,
        case when not player_games.is_dnp then player_games.minutes end as minutes,
        games.game_id is null or games.is_postponed as is_moved,
        player_games.player_id is null or player_games.is_dnp as is_absent
    from newest
    left join games
        on newest.game_id = games.game_id
        and newest.game_date = games.game_date
    left join complete_games on newest.game_id = complete_games.game_id
    left join player_games
        on newest.game_id = player_games.game_id
        and newest.player_id = player_games.player_id
    left join final_reports
        on newest.prediction_id = final_reports.prediction_id
        and final_reports.age = 1
    where
        newest.age = 1
        and (
            games.game_id is null
            or games.is_postponed
            or (
                games.is_final
                and complete_games.game_id is not null
                and coalesce(player_games.is_dnp or player_games.is_production_ready, true)
            )
        )
),

graded as (
    select
        game_id,
        player_id,
        system_id,
        mode,
        game_date,
        prediction_id,
        prediction_version,
        predicted_points,
        confidence,
        cast(least(floor(round(10 * confidence, 6)) + 1, 10) as int64) as confidence_decile,
        recommendation,
        points_line,
        line_book,
        closing_line,
        case
            when recommendation = 'OVER' then {{ round_value("closing_line - points_line") }}
            when recommendation = 'UNDER' then {{ round_value("points_line - closing_line") }}
        end as closing_line_value,
        case when not is_moved then actual_points end as actual_points,
        case when not is_moved then minutes end as minutes,
        case when not is_moved then {{ round_value("abs(predicted_points - actual_points)") }} end as absolute_error,
        case when not is_moved then {{ round_value("predicted_points - actual_points") }} end as signed_error,
        {{ round_value("predicted_points - points_line") }} as predicted_margin,
        case when not is_moved then {{ round_value("actual_points - points_line") }} end as actual_margin,
        case
            when is_moved or is_absent then 'VOID'
            when recommendation not in ('OVER', 'UNDER') then 'NONE'
            when actual_points = points_line then 'PUSH'
            when (actual_points > points_line) = (recommendation = 'OVER') then 'WIN'
            else 'LOSS'
        end as outcome,
        case
            when is_moved then 'game_not_played'
            when is_absent and final_report_status in ('out', 'doubtful') then 'ruled_out_before'
            when is_absent and final_report_status in ('questionable', 'probable') then 'late_scratch'
            when is_absent then 'unlisted'
        end as void_reason,
        injury_status_at_prediction,
        final_report_status,
        feature_coverage,
        model_digest
    from judged
),

final as (
    select
        game_id,
        player_id,
        system_id,
        mode,
        game_date,
        prediction_id,
        prediction_version,
        predicted_points,
        confidence,
        confidence_decile,
        recommendation,
        points_line,
        line_book,
        closing_line,
        closing_line_value,
        actual_points,
        minutes,
        absolute_error,
        signed_error,
        predicted_margin,
        actual_margin,
        outcome,
        case outcome when 'WIN' then true when 'LOSS' then false end as prediction_correct,
        void_reason,
        absolute_error <= 3 as within_3_points,
        absolute_error <= 5 as within_5_points,
        injury_status_at_prediction,
        final_report_status,
        feature_coverage,
        model_digest,
        {{ run_started_at_utc() }} as graded_at
    from graded
    where {{ write_scope() }}
)

select
    *,
    {{ row_columns(omit=["graded_at"]) }}
from final
