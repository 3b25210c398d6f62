"""The raw write path: compare, replace by scope, or do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from python_runners.errors import InvariantViolated
from python_runners.loaders.contracts import raw_tables
from python_runners.loaders.write import Lineage, WriteResult, create_tables, replace_scopes, to_arrow
from python_runners.platform.warehouse import DuckDBWarehouse

TABLE = raw_tables()["nbac_team_rosters"]
OBSERVED = datetime(2025, 10, 1, 12, tzinfo=UTC)
DAY = date(2025, 10, 1)
HOUR = timedelta(hours=1)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[DuckDBWarehouse]:
    opened = DuckDBWarehouse(tmp_path / "w.duckdb")
    create_tables(opened)
    yield opened
    opened.close()


def player(number: int, team: str = "BOS", **more: Any) -> dict[str, Any]:
    base = {"roster_date": DAY, "season_year": 2025, "team": team, "player_id": str(number), "player_name": "A B"}
    return base | more


def write(
    warehouse: DuckDBWarehouse, rows: list[dict[str, Any]], team: str = "BOS", observed: datetime = OBSERVED
) -> WriteResult:
    lineage = Lineage("run", "espn/x.json", "commonteamroster", observed)
    return replace_scopes(warehouse, TABLE, to_arrow(TABLE, rows), [{"roster_date": DAY, "team": team}], lineage)


def stored(warehouse: DuckDBWarehouse) -> list[dict[str, Any]]:
    return warehouse.query(f"select * from {TABLE.relation} order by team, player_id").to_pylist()


def test_first_rows_are_new_and_counted_in_the_table(warehouse: DuckDBWarehouse) -> None:
    result = write(warehouse, [player(1), player(2)])
    assert (result.new, result.changed, result.removed, result.unchanged, result.row_count) == (2, 0, 0, 0, 2)
    assert result.affected == {"player": ("1", "2"), "team": ("BOS",)}
    assert result.game_dates == (DAY,)


def test_the_same_content_later_writes_nothing(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1), player(2)])
    before = stored(warehouse)
    result = write(warehouse, [player(2), player(1)], observed=OBSERVED + timedelta(hours=1))
    assert result.is_unchanged
    assert stored(warehouse) == before


def test_a_change_names_its_key_and_column(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1, age=30), player(2, age=20)])
    result = write(warehouse, [player(1, age=31), player(2, age=20)])
    assert (result.new, result.changed, result.unchanged) == (0, 1, 1)
    assert result.affected["player"] == ("1",)
    assert result.changed_fields == ("age",)


def test_every_value_column_decides(warehouse: DuckDBWarehouse) -> None:
    keys = {*TABLE.primary_key}
    others: dict[str, Any] = {"string": "other", "int64": 99}
    for column in TABLE.digest_columns:
        if column.name in keys:
            continue
        write(warehouse, [player(1)])
        result = write(warehouse, [player(1, **{column.name: others[column.data_type]})])
        assert result.changed_fields == (column.name,)


def test_null_and_empty_text_are_different_content(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1, position=None)])
    assert write(warehouse, [player(1, position="")]).changed == 1


def test_a_removed_row_is_a_change_and_goes(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1), player(2)])
    result = write(warehouse, [player(1)])
    assert (result.removed, result.affected["player"]) == (1, ("2",))
    assert [row["player_id"] for row in stored(warehouse)] == ["1"]


def test_other_scopes_are_not_touched(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1, "BOS")])
    write(warehouse, [player(2, "NYK")], team="NYK")
    before = [row for row in stored(warehouse) if row["team"] == "BOS"]
    write(warehouse, [], team="NYK")
    assert stored(warehouse) == before


def test_an_older_observation_is_ignored(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1, age=31)])
    result = write(warehouse, [player(1, age=30)], observed=OBSERVED - timedelta(days=1))
    assert result == WriteResult(TABLE.name, stale_scopes=1, is_stale=True, affected={"player": (), "team": ()})
    assert stored(warehouse)[0]["age"] == 31


def write_teams(
    warehouse: DuckDBWarehouse, teams: dict[str, int | None], observed: dict[str, datetime], at: datetime | None = None
) -> WriteResult:
    """Write one player of the given age per team, none where it is None; each scope has its own observation."""
    rows = to_arrow(TABLE, [player(1, team, age=age) for team, age in teams.items() if age is not None])
    instants = [observed[team].replace(tzinfo=None) for team, age in teams.items() if age is not None]
    rows = rows.append_column("observed_at", pa.array(instants, pa.timestamp("us")))
    scopes = [{"roster_date": DAY, "team": team} for team in teams]
    lineage = Lineage("run", "espn/x.json", "commonteamroster", at, is_news=True)
    return replace_scopes(warehouse, TABLE, rows, scopes, lineage)


def ages(warehouse: DuckDBWarehouse) -> dict[str, int]:
    return {row["team"]: row["age"] for row in stored(warehouse)}


def test_a_stale_scope_does_not_hold_back_the_others(warehouse: DuckDBWarehouse) -> None:
    write_teams(warehouse, {"BOS": 30, "NYK": 30}, {"BOS": OBSERVED + HOUR, "NYK": OBSERVED})
    result = write_teams(warehouse, {"BOS": 31, "NYK": 31, "LAL": 31}, dict.fromkeys(("BOS", "NYK", "LAL"), OBSERVED))
    assert (result.new, result.changed, result.removed, result.unchanged) == (1, 1, 0, 0)
    assert (result.stale_scopes, result.is_stale, result.row_count) == (1, False, 2)
    assert result.affected["team"] == ("LAL", "NYK")
    assert ages(warehouse) == {"BOS": 30, "LAL": 31, "NYK": 31}


@pytest.mark.parametrize(
    ("came_at", "is_stale", "left"),
    [(OBSERVED - HOUR, True, {"BOS": 30}), (OBSERVED, False, {}), (OBSERVED + HOUR, False, {})],
)
def test_a_scope_without_rows_is_as_old_as_its_object(
    warehouse: DuckDBWarehouse, came_at: datetime, is_stale: bool, left: dict[str, int]
) -> None:
    write_teams(warehouse, {"BOS": 30}, {"BOS": OBSERVED})
    result = write_teams(warehouse, {"BOS": None}, {}, came_at)
    assert (result.is_stale, result.stale_scopes, result.removed) == (is_stale, int(is_stale), int(not is_stale))
    assert ages(warehouse) == left


def test_a_table_that_is_one_scope_is_judged_as_one(warehouse: DuckDBWarehouse) -> None:
    table = raw_tables()["nbac_player_movement"]

    def move(text: str, observed: datetime) -> WriteResult:
        row = {"transaction_date": DAY, "transaction_type": "Trade", "group_sort": text, "team_id": 1}
        lineage = Lineage("run", "nba/movement.json", "movement", observed, is_news=True)
        return replace_scopes(warehouse, table, to_arrow(table, [row]), [{}], lineage)

    assert move("first", OBSERVED).new == 1
    assert move("older", OBSERVED - HOUR).is_stale
    assert move("first", OBSERVED + 2 * HOUR).is_unchanged
    assert move("between", OBSERVED + HOUR).is_stale
    newer = move("newer", OBSERVED + 3 * HOUR)
    assert (newer.new, newer.removed, newer.stale_scopes) == (1, 1, 0)


def test_the_newest_row_dates_a_scope_that_was_read_at_several_instants(warehouse: DuckDBWarehouse) -> None:
    def read_twice(age: int) -> WriteResult:
        rows = to_arrow(TABLE, [player(1, age=age), player(2, age=age)])
        instants = pa.array([OBSERVED.replace(tzinfo=None), (OBSERVED + HOUR).replace(tzinfo=None)])
        rows = rows.append_column("observed_at", instants.cast(pa.timestamp("us")))
        return replace_scopes(warehouse, TABLE, rows, None, Lineage("run", "espn/x.json", "commonteamroster"))

    assert read_twice(30).new == 2
    assert read_twice(31).changed == 2


TEAMS = ("BOS", "LAL", "NYK")
ages_of_teams = st.dictionaries(st.sampled_from(TEAMS), st.integers(20, 40), min_size=1)
hours_of_teams = st.fixed_dictionaries({team: st.integers(0, 5) for team in TEAMS})


@settings(max_examples=25, deadline=None)
@given(observations=st.lists(st.tuples(ages_of_teams, hours_of_teams), min_size=1, max_size=4))
def test_each_scope_ends_with_its_newest_observation(observations: list[tuple[dict[str, int], dict[str, int]]]) -> None:
    with TemporaryDirectory() as folder:
        warehouse = DuckDBWarehouse(Path(folder) / "w.duckdb")
        create_tables(warehouse)
        expected: dict[str, tuple[int, int]] = {}
        for teams, hours in observations:
            stale = {team for team in teams if team in expected and expected[team][0] > hours[team]}
            result = write_teams(warehouse, dict(teams), {team: OBSERVED + hours[team] * HOUR for team in teams})
            assert (result.stale_scopes, result.is_stale) == (len(stale), stale == set(teams))
            expected |= {team: (hours[team], teams[team]) for team in teams.keys() - stale}
        assert ages(warehouse) == {team: age for team, (_, age) in expected.items()}
        warehouse.close()


def test_what_was_shown_between_two_equal_observations_does_not_win_when_it_comes_last(
    warehouse: DuckDBWarehouse,
) -> None:
    for hours in (0, 2):
        write_teams(warehouse, {"BOS": 30}, {"BOS": OBSERVED + hours * HOUR})
    assert write_teams(warehouse, {"BOS": 31}, {"BOS": OBSERVED + HOUR}).is_stale
    assert write_teams(warehouse, {"BOS": 32}, {"BOS": OBSERVED + 3 * HOUR}).changed == 1
    assert ages(warehouse) == {"BOS": 32}


def test_a_scope_that_was_emptied_is_not_filled_by_an_older_observation(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1)])
    assert write(warehouse, [], observed=OBSERVED + 2 * HOUR).removed == 1
    assert write(warehouse, [player(1)], observed=OBSERVED + HOUR).is_stale
    assert stored(warehouse) == []
    assert write(warehouse, [player(1)], observed=OBSERVED + 3 * HOUR).new == 1


def test_a_row_that_was_removed_does_not_come_back_with_an_older_observation(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1), player(2)])
    write(warehouse, [player(1)], observed=OBSERVED + 2 * HOUR)
    assert write(warehouse, [player(1), player(2)], observed=OBSERVED + HOUR).is_stale
    assert [row["player_id"] for row in stored(warehouse)] == ["1"]


def test_what_no_source_showed_otherwise_leaves_no_note(warehouse: DuckDBWarehouse) -> None:
    for hours in (0, 1):
        assert write(warehouse, [player(1)], observed=OBSERVED + hours * HOUR).removed == 0
    assert warehouse.query("select * from nba_orchestration.scope_observations").num_rows == 0


def test_two_rows_of_one_key_are_refused_and_change_nothing(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1)])
    before = stored(warehouse)
    with pytest.raises(InvariantViolated, match="several rows for one key"):
        write(warehouse, [player(2), player(2, age=5)])
    assert stored(warehouse) == before


def test_a_failure_inside_the_transaction_leaves_the_table_as_it_was(warehouse: DuckDBWarehouse) -> None:
    write(warehouse, [player(1)])
    before = stored(warehouse)

    def write_and_die() -> None:
        with warehouse.transaction():
            write(warehouse, [player(2)])
            raise RuntimeError("killed between the rows and the ledger")

    with pytest.raises(RuntimeError, match="killed"):
        write_and_die()
    assert stored(warehouse) == before
    assert write(warehouse, [player(2)]).new == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (player(1, player_name=None), "player_name is NULL"),
        (player(1, age="old"), "does not fit"),
        (player(1, surprise=1), "outside the contract"),
    ],
)
def test_rows_that_break_the_contract_are_refused(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvariantViolated, match=reason):
        to_arrow(TABLE, [row])


def test_aware_instants_become_naive_utc() -> None:
    table = raw_tables()["odds_api_game_lines"]
    row = {
        "odds_event_id": "e", "commence_time": datetime.fromisoformat("2025-11-15T19:00:00-05:00"), "game_date": DAY,
        "home_team": "BOS", "away_team": "NYK", "bookmaker": "b", "market": "h2h", "side": "home", "price": -110,
        "snapshot_at": OBSERVED, "snapshot_kind": "current",
    }  # fmt: skip
    arrow = to_arrow(table, [row])
    assert arrow.column("commence_time").to_pylist() == [datetime(2025, 11, 16, 0, 0)]  # noqa: DTZ001
