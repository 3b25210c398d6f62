"""The unfused path behind the functions: models complete one by one, barriers trigger phase 4, documents come out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from python_runners.pipeline.dbt_runner import DbtRunner
from tests.flow.served import serving, until
from tests.support.played import Played


def test_lines_go_from_barrier_to_barrier_and_into_documents(played: Played, dbt: DbtRunner, tmp_path: Path) -> None:
    with serving(played, tmp_path / "data", dbt, fused_runs=False) as served:
        message = served.scrape_lines(0)
        served.wait_for_publication(message.correlation_id)
        until(lambda: served.rows("select 1 from nba_orchestration.outbox where announced_at is null") == [])
        decided = Counter(
            (row["phase"], row["decision"])
            for row in served.rows("select phase, decision from nba_orchestration.barrier_decisions")
        )
        assert decided[3, "trigger"] == 1
        assert decided[4, "trigger"] >= 1
        assert len(served.lined_players()) > 5
        runs = served.rows(
            "select phase, status, count(*) as runs from nba_orchestration.pipeline_execution_log "
            f"where correlation_id = '{message.correlation_id}' group by all order by all"
        )
        assert {row["phase"] for row in runs} == {2, 3, 4, 5, 6}
        assert {row["status"] for row in runs} <= {"success", "skipped"}
        assert served.rows("select 1 from nba_orchestration.dead_letters") == []
