with

predictions as (
    select * from {{ ref("player_points_predictions") }}
    where mode = 'live' and written_at < tip_off_utc
),

newest as (
    select
        *,
        row_number() over (
            partition by game_date, game_id, player_id, system_id
            order by prediction_version desc
        ) as age
    from predictions
),

final as (
    select
        game_id,
        player_id,
        system_id,
        mode,
        prediction_version,
        prediction_id,
        batch_id,
        game_date,
        team,
        opponent,
        predicted_points,
        confidence,
        recommendation,
        points_line,
        line_book,
        line_observed_at,
        edge,
        feature_version,
        features_digest,
        feature_coverage,
        injury_status_at_prediction,
        model_digest,
        component_adjustments,
        contributing_systems,
        system_std,
        input_digest,
        supersedes,
        tip_off_utc,
        created_at,
        written_at,
        correlation_id,
        code_version,
        row_digest,
        run_id,
        updated_at,
    from newest
    where age = 1
)

select * from final
