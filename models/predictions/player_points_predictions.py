"""Point predictions of every system for the run's games, appended as new versions where an input changed."""

from python_runners.predictions.dbt_model import predict_in_session


def model(dbt, session):  # type: ignore[no-untyped-def]
    """Score the run's slate; the parameters of the run come from the macro `prediction_run_parameters`."""
    refs = {
        "ml_feature_store_v2": dbt.ref("ml_feature_store_v2"),
        "upcoming_player_game_context": dbt.ref("upcoming_player_game_context"),
        "player_daily_cache": dbt.ref("player_daily_cache"),
        "player_game_summary": dbt.ref("player_game_summary"),
    }
    stored = session.table(str(dbt.this)) if dbt.is_incremental else None
    return predict_in_session(refs, stored, session, dbt.config.meta_get)
