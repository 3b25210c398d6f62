"""Models by name through dbt, and predictions in this process where dbt cannot make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from python_runners.pipeline.composition import Platform
from python_runners.pipeline.dbt_runner import NodeResult

PREDICTIONS = "player_points_predictions"


def build_models(platform: Platform, models: Sequence[str], variables: Mapping[str, Any]) -> list[NodeResult]:
    """Run models and return what became of each.

    On BigQuery dbt stops after the model of predictions, these are made here, and dbt goes on with what reads them.

    Args:
        platform: the platform.
        models: names, in build order.
        variables: vars of the run, as model bodies read them.

    Raises:
        BuildFailed: dbt could not run, or a model failed; no model after it ran.
    """
    if platform.warehouse.dialect == "duckdb" or PREDICTIONS not in models:
        return list(platform.dbt.run_models(models, variables).nodes)
    # Of the five systems one is a trained model, whose library takes a second to import.
    from python_runners.predictions.in_warehouse import predict_in_process

    end = models.index(PREDICTIONS) + 1
    built = platform.dbt.run_models(models[:end], variables)
    predict_in_process(platform, built)
    later = platform.dbt.run_models(models[end:], variables).nodes if models[end:] else ()
    return [*built.nodes, *later]
