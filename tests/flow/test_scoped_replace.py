"""The scoped replace on DuckDB, in a project of one source view and one model that uses the project's own macros."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from python_runners.errors import BuildFailed
from python_runners.loaders.contracts import operational_tables
from python_runners.loaders.table_ddl import create_table_ddl
from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.settings import PROJECT_ROOT

Row = tuple[Any, ...]

MODEL = """
with points as (
    select * from {{ source('raw', 'points') }}
    where {{ read_scope(date='game_date', player='player_id', lookback_days=30) }}
),

final as (
    select
        player_id, game_id, game_date, points,
        cast(sum(points) over (partition by player_id order by game_date) as int64) as running_points
    from points
)

select *, {{ row_columns() }} from final where {{ write_scope() }}
"""
COLUMNS = {
    "player_id": "string",
    "game_id": "string",
    "game_date": "date",
    "points": "int64",
    "running_points": "int64",
    "row_digest": "string",
    "run_id": "string",
    "updated_at": "timestamp",
}


def model_yml(columns: dict[str, str], **meta: Any) -> str:
    scope = {"date": "game_date", "player": "player_id", "game": "game_id"}
    config = {
        "materialized": "incremental",
        "incremental_strategy": "scoped_replace",
        "on_schema_change": "fail",
        "contract": {"enforced": True},
        "meta": {
            "entities": ["player", "game"],
            "scope_columns": scope,
            "key": ["player_id", "game_id"],
            "widening": [{"input": "points", "via": "same", "reopens": "player", "days": None}],
            **meta,
        },
    }
    named = [{"name": name, "data_type": data_type} for name, data_type in columns.items()]
    return yaml.safe_dump({"models": [{"name": "summary", "config": config, "columns": named}]})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PROJECT_ROOT / "macros", tmp_path / "macros")
    shutil.copy(PROJECT_ROOT / "profiles.yml", tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: nba_props\nprofile: nba_props\nversion: 1.0.0\n")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "summary.sql").write_text(MODEL)
    (tmp_path / "models" / "summary.yml").write_text(model_yml(COLUMNS))
    shutil.copy(PROJECT_ROOT / "models" / "changes" / "_changes__sources.yml", tmp_path / "models")
    source = {"sources": [{"name": "raw", "schema": "main", "tables": [{"name": "points"}]}]}
    (tmp_path / "models" / "sources.yml").write_text(yaml.safe_dump(source))
    monkeypatch.setenv("NBA_PROPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    return tmp_path


@pytest.fixture
def warehouse(project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(project / "warehouse.duckdb"))
    connection.execute("create schema nba_orchestration")
    for name in ("change_log", "watermarks", "run_scope", "run_counts"):
        connection.execute(create_table_ddl(operational_tables()[name], "duckdb"))
    connection.execute("create table points (player_id varchar, game_id varchar, game_date date, points bigint)")
    connection.execute(
        "insert into points values ('a', 'g1', '2025-11-01', 10), ('a', 'g2', '2025-11-05', 20), "
        "('b', 'g1', '2025-11-01', 30), ('b', 'g3', '2025-11-07', 40)"
    )
    yield connection
    connection.close()


Runner = Callable[..., None]


@pytest.fixture
def run(project: Path, warehouse: duckdb.DuckDBPyConnection) -> Runner:
    parsed_once = DbtRunner(project)

    def invoke(*, full_refresh: bool = False, parse_again: bool = False, **variables: Any) -> None:
        runner = DbtRunner(project) if parse_again else parsed_once
        runner.invoke("run", variables=variables, full_refresh=full_refresh)

    invoke(run_id="first")
    return invoke


def rows(warehouse: duckdb.DuckDBPyConnection) -> list[Row]:
    return warehouse.execute(
        "select player_id, game_id, points, running_points, run_id from summary order by player_id, game_date"
    ).fetchall()


def rewritten(warehouse: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    return {(row[0], row[1]) for row in rows(warehouse) if row[4] == "second"}


def test_only_the_listed_player_from_the_date_on_is_rewritten(
    run: Runner, warehouse: duckdb.DuckDBPyConnection
) -> None:
    warehouse.execute("update points set points = points + 1")
    run(run_id="second", player_ids=["a"], from_date="2025-11-02")
    assert rows(warehouse) == [
        ("a", "g1", 10, 10, "first"),
        ("a", "g2", 21, 32, "second"),
        ("b", "g1", 30, 30, "first"),
        ("b", "g3", 40, 70, "first"),
    ]


def test_rows_that_vanished_upstream_go_and_others_stay(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("delete from points where game_date > '2025-11-02'")
    run(run_id="second", player_ids=["a"], from_date="2025-11-02")
    assert [(row[0], row[1]) for row in rows(warehouse)] == [("a", "g1"), ("b", "g1"), ("b", "g3")]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, {("a", "g1"), ("a", "g2"), ("b", "g1"), ("b", "g3")}),
        ({"from_date": "2025-11-05"}, {("a", "g2"), ("b", "g3")}),
        ({"from_date": "2025-11-01", "to_date": "2025-11-05"}, {("a", "g1"), ("a", "g2"), ("b", "g1")}),
        ({"player_ids": ["b"]}, {("b", "g1"), ("b", "g3")}),
        ({"player_ids": []}, set()),
        ({"player_ids": "all", "from_date": "2025-11-05"}, {("a", "g2"), ("b", "g3")}),
        ({"team_ids": ["BOS"]}, set()),
        ({"player_ids": ["a"], "game_ids": ["g3"]}, {("a", "g1"), ("a", "g2"), ("b", "g3")}),
        ({"player_ids": [str(n) for n in range(51)], "from_date": "2025-11-05"}, {("a", "g2"), ("b", "g3")}),
        ({"player_ids": ["it's"]}, set()),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else f"{len(value)} rows",
)
def test_what_a_run_rewrites(
    run: Runner, warehouse: duckdb.DuckDBPyConnection, variables: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    warehouse.execute("update points set points = points + 1")
    run(run_id="second", **variables)
    assert rewritten(warehouse) == expected
    assert len(rows(warehouse)) == 4


def test_rows_that_stay_the_same_are_not_rewritten(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update points set points = 11 where player_id = 'a' and game_id = 'g1'")
    run(run_id="second")
    assert rewritten(warehouse) == {("a", "g1"), ("a", "g2")}
    (counts,) = warehouse.execute(
        "select mode, entities_processed, entities_changed, rows_processed, rows_updated "
        "from nba_orchestration.run_counts where run_id = 'second'"
    ).fetchall()
    assert counts == ("all", 2, 1, 4, 2)


def test_what_moved_is_logged_with_its_fields(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update points set points = 21 where game_id = 'g2'")
    warehouse.execute("delete from points where game_id = 'g3'")
    warehouse.execute("insert into points values ('c', 'g4', '2025-11-08', 5)")
    run(run_id="second")
    moved = warehouse.execute(
        "select change_kind, player_id, game_id, changed_fields from nba_orchestration.change_log "
        "where run_id = 'second' order by game_id"
    ).fetchall()
    assert moved == [
        ("changed", "a", "g2", ["points", "running_points"]),
        ("removed", "b", "g3", []),
        ("new", "c", "g4", []),
    ]


def log_change(warehouse: duckdb.DuckDBPyConnection, player: str, day: str, fields: str = "['points']") -> None:
    warehouse.execute(
        "insert into nba_orchestration.change_log (change_id, input_name, change_kind, game_date, player_id, "
        "changed_fields, run_id, changed_at) select coalesce(max(change_id), 0) + 1, 'points', 'changed', ?, ?, "
        f"{fields}, 'load', now()::timestamp from nba_orchestration.change_log",
        [day, player],
    )


def event(**reads: list[str]) -> dict[str, Any]:
    return {"scopes": {}, "reads": {"summary": reads} if reads else {}}


def test_an_event_run_recomputes_what_moved_since_the_watermark(
    run: Runner, warehouse: duckdb.DuckDBPyConnection
) -> None:
    warehouse.execute("update points set points = points + 1")
    log_change(warehouse, "a", "2025-11-05")
    run(run_id="second", event=event())
    assert rewritten(warehouse) == {("a", "g2")}
    scope = warehouse.execute(
        "select entity_kind, entity_id, cast(from_date as varchar) from nba_orchestration.run_scope"
    )
    assert scope.fetchall() == [("player", "a", "2025-11-05")]
    log_change(warehouse, "b", "2025-11-07")
    run(run_id="third", event=event())
    assert [row[4] for row in rows(warehouse)] == ["first", "second", "first", "third"]


def test_a_field_that_the_model_does_not_read_opens_nothing(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("update points set points = points + 1")
    log_change(warehouse, "a", "2025-11-01", "['jersey_number']")
    run(run_id="second", event=event(points=["points"]))
    assert rewritten(warehouse) == set()
    assert warehouse.execute("select mode from nba_orchestration.run_counts where run_id = 'second'").fetchall() == [
        ("none",)
    ]


def test_a_failed_event_run_leaves_its_changes_to_the_next(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    log_change(warehouse, "a", "2025-11-01")
    warehouse.execute("alter table points alter points type varchar")
    warehouse.execute("update points set points = 'many' where game_id = 'g1'")
    with pytest.raises(BuildFailed, match="summary"):
        run(run_id="second", event=event())
    warehouse.execute("update points set points = '12' where game_id = 'g1'")
    warehouse.execute("alter table points alter points type bigint")
    run(run_id="third", event=event())
    assert next(row[2] for row in rows(warehouse)) == 12


def test_a_rebuild_reopens_everything_downstream(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    run(run_id="second", full_refresh=True)
    kinds = warehouse.execute("select change_kind from nba_orchestration.change_log where run_id = 'second'").fetchall()
    assert kinds == [("rebuilt",)]


def test_a_model_of_date_scope_ignores_the_entities(
    run: Runner, warehouse: duckdb.DuckDBPyConnection, project: Path
) -> None:
    warehouse.execute("update points set points = points + 1")
    (project / "models" / "summary.yml").write_text(model_yml(COLUMNS, scope="date"))
    run(run_id="second", parse_again=True, player_ids=["a"], from_date="2025-11-05")
    assert rewritten(warehouse) == {("a", "g2"), ("b", "g3")}


def test_a_full_refresh_rebuilds_from_nothing(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("insert into summary select * replace ('ghost' as player_id) from summary limit 1")
    run(run_id="second", full_refresh=True, player_ids=["a"])
    assert len(rewritten(warehouse)) == len(rows(warehouse)) == 4


def test_a_failing_run_leaves_the_table_as_it_was(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    before = rows(warehouse)
    warehouse.execute("alter table points alter points type varchar")
    warehouse.execute("update points set points = 'many' where player_id = 'b'")
    with pytest.raises(BuildFailed, match="summary"):
        run(run_id="second", from_date="2025-11-01")
    assert rows(warehouse) == before


def test_a_changed_contract_demands_a_full_refresh(
    run: Runner, warehouse: duckdb.DuckDBPyConnection, project: Path
) -> None:
    (project / "models" / "summary.sql").write_text(
        MODEL.replace("game_date, points,", "game_date, points, 1 as extra,")
    )
    (project / "models" / "summary.yml").write_text(model_yml({**COLUMNS, "extra": "int64"}))
    with pytest.raises(BuildFailed, match=r"extra.*--full-refresh"):
        run(run_id="second", parse_again=True)


def test_a_contract_that_the_sql_does_not_keep_is_refused(project: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    (project / "models" / "summary.yml").write_text(model_yml({**COLUMNS, "points": "string"}))
    with pytest.raises(BuildFailed, match="contract"):
        DbtRunner(project).invoke("run")


def test_the_digest_follows_values_and_not_lineage(run: Runner, warehouse: duckdb.DuckDBPyConnection) -> None:
    def digests() -> list[Row]:
        return warehouse.execute("select row_digest from summary order by player_id, game_date").fetchall()

    before = digests()
    run(run_id="second")
    assert digests() == before
    warehouse.execute("update points set points = 11 where player_id = 'a' and game_id = 'g1'")
    run(run_id="third")
    assert [old == new for old, new in zip(before, digests(), strict=True)] == [False, False, True, True]
