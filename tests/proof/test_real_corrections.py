"""Two hundred corrections of a real season, in batches: afterwards every table equals its rebuild."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb

from python_runners.pipeline.dbt_runner import DbtRunner
from tests.flow.builds import build, count, project_paths
from tests.proof.corrections import CORRECTIONS
from tests.proof.oracle import Oracle
from tests.proof.script import AS_OF, SEED, SIZE, make_mistakes, script_for
from tests.proof.season import Season

TABLE = "player_points_predictions"
PREDICTIONS = f"nba_predictions.{TABLE}"
VALUES = "game_id, player_id, system_id, mode, predicted_points, confidence, recommendation, points_line, input_digest"
NEWEST = (
    f"select {VALUES} from {{}} qualify row_number() over "
    "(partition by game_id, player_id, system_id, mode order by prediction_version desc) = 1"
)


def missing_predictions(season: Season) -> int:
    """Count the predictions that scoring everything afresh gives and that do not stand as the newest ones.

    The table is append-only, also in a full refresh: a prediction that a system would not make any more stays.
    """
    folder = season.folder / "rebuilt"
    folder.mkdir()
    with duckdb.connect(str(season.folder / "warehouse.duckdb")) as connection:
        connection.execute("checkpoint")
    shutil.copy(season.folder / "warehouse.duckdb", folder / "warehouse.duckdb")
    try:
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute(f"create schema stood; create table stood.{TABLE} as select * from {PREDICTIONS}")
            connection.execute(f"delete from {PREDICTIONS}")
        with project_paths(folder):
            season.dbt.invoke("run", select=(TABLE,), variables=season.variables())
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            afresh, stood = NEWEST.format(PREDICTIONS), NEWEST.format(f"stood.{TABLE}")
            assert count(connection, f"select count(*) from ({afresh})") > 1000
            return count(connection, f"select count(*) from (({afresh}) except ({stood}))")
    finally:
        shutil.rmtree(folder)


def differences(season: Season, oracle: Oracle) -> dict[str, int]:
    """The rows of every table of phases 3 to 5 that differ from a rebuild, tables that agree left out."""
    found = oracle.differences(season.folder / "warehouse.duckdb", season.as_of)
    predictions = missing_predictions(season)
    return found | ({PREDICTIONS: predictions} if predictions else {})


def runs_of(season: Season) -> list[tuple[str, int]]:
    """Count the runs of phase 3 by their end."""
    with duckdb.connect(str(season.folder / "warehouse.duckdb")) as connection:
        return connection.execute(
            "select status, count(*) from nba_orchestration.pipeline_execution_log where phase = 3 group by status"
        ).fetchall()


def test_two_hundred_corrections_of_a_season_leave_every_table_equal_to_its_rebuild(
    shared_data: Path, dbt: DbtRunner, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    season = Season.imported(tmp_path / "season", shared_data, dbt, AS_OF)
    batches = script_for(season, chance)
    make_mistakes(season, chance)
    build(dbt, season.folder, season.variables())
    oracle = Oracle(dbt, season.folder, season.variables())

    assert SIZE == 200
    for number, batch in enumerate(batches, start=1):
        batch.happen(season, chance)
        season.settle()
        if number in (len(batches) // 2, len(batches)):
            assert differences(season, oracle) == {}, f"after {number} batches"
    assert not season.withheld
    assert runs_of(season) == [("success", len(batches))]
    print("\n200 corrections: " + ", ".join(f"{times} {done.__name__}" for done, times in CORRECTIONS.items()))
