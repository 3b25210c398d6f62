"""Every scenario of the sample league, through the whole pipeline, with the right tables in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from python_runners.pipeline.dbt_runner import DbtRunner
from python_runners.sample.scenarios import SCENARIOS
from tests.flow import scenario_forecasts, scenario_results, scenario_systems
from tests.flow.scenario_evidence import CONTEXT, GAMES, STORE, SUMMARY, Evidence
from tests.flow.scenario_plan import PLACES
from tests.flow.scenario_season import TABLES, Season, build_backfilled, build_plain, build_season

CASES = {**scenario_results.CASES, **scenario_forecasts.CASES, **scenario_systems.CASES}
_SLOTS = {"cup_final": "006", "play_in": "005"}


@pytest.fixture(scope="module")
def season(dbt: DbtRunner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    plain = build_plain(tmp_path_factory.mktemp("plain"), dbt)
    backfilled = build_backfilled(tmp_path_factory.mktemp("backfilled"), dbt)
    built = build_season(tmp_path_factory.mktemp("season"), dbt, plain, backfilled)
    yield built
    for world in (plain, backfilled, built.world):
        world.close()


def test_every_scenario_has_a_case_and_a_place() -> None:
    assert set(CASES) == set(SCENARIOS)
    assert set(PLACES) == set(SCENARIOS)
    modules = (scenario_results, scenario_forecasts, scenario_systems)
    assert sum(len(module.CASES) for module in modules) == len(SCENARIOS)


def _keys(season: Season, table: str) -> list[str]:
    name = table.split(".")[1]
    nodes = season.world.platform.dbt.manifest["nodes"]
    (key,) = (node["config"]["meta"]["key"] for node in nodes.values() if node["name"] == name)
    return list(key)


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_tables_are_right(season: Season, name: str) -> None:
    game_id = season.stages[name].game_id
    if name in _SLOTS:
        changes = season.world.league.amendments.schedule
        game_id = next(each.game.game_id for each in changes if each.game.game_id.startswith(_SLOTS[name]))
    CASES[name](Evidence(season, name, game_id))


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_rows_and_none_twice(season: Season, table: str) -> None:
    if table.endswith("held_games"):
        assert season.rows("after", table) == []
        return
    keys = _keys(season, table)
    rows = season.rows("after", table)
    assert rows
    seen = [tuple(row[key] for key in keys) for row in rows]
    assert len(seen) == len(set(seen))


def test_only_the_changed_log_is_refused(season: Season) -> None:
    assert {reason.split(":")[0] for reason in season.refused.values()} == {"nbac_player_boxscores"}


def _moved_rows(season: Season, run: str, model: str, column: str, value: str) -> int:
    """Count what a run logged for a model about one player, team or game."""
    (found,) = season.world.platform.warehouse.query(
        "select count(*) as rows from nba_orchestration.change_log "
        f"where run_id = ? and input_name = ? and {column} = ?",
        [season.runs[run], model, value],
    ).to_pylist()
    return int(found["rows"])


def test_a_price_only_move_reaches_the_context_and_no_model_of_results(season: Season) -> None:
    star = str(season.stars["price_only_move"])
    assert _moved_rows(season, "price", "upcoming_player_game_context", "player_id", star) == 1
    for model in ("player_daily_cache", "player_shot_zone_analysis"):
        assert _moved_rows(season, "price", model, "player_id", star) == 0, model


def test_an_injury_status_change_reaches_the_features(season: Season) -> None:
    at = Evidence(season, "downgrade", season.stages["downgrade"].game_id)
    assert (at.star_context("before")["injury_status"], at.star_context()["injury_status"]) == ("questionable", "out")
    assert _moved_rows(season, "evening", "ml_feature_store_v2", "player_id", at.star) > 0


def test_corrected_minutes_reach_the_features_of_later_games(season: Season) -> None:
    at = Evidence(season, "minutes_corrected", season.stages["minutes_corrected"].game_id)
    players = [player for player, names in at.changed().items() if "minutes" in names]
    assert len(players) == 2
    for player in players:
        assert _moved_rows(season, "corrections", "player_game_summary", "player_id", player) == 1
        assert _moved_rows(season, "corrections", "player_daily_cache", "player_id", player) > 1
        assert _moved_rows(season, "corrections", "ml_feature_store_v2", "player_id", player) > 1
    assert at.rows(STORE, "before") == at.rows(STORE)


def test_a_removed_box_row_removes_its_summary(season: Season) -> None:
    at = Evidence(season, "player_removed", season.stages["player_removed"].game_id)
    (gone,) = at.by_player(state="before").keys() - at.by_player().keys()
    assert gone not in {row["player_id"] for row in at.raw("nbac_boxscore_players")}
    assert _moved_rows(season, "corrections", "player_game_summary", "player_id", gone) == 1


def test_a_traded_player_belongs_to_his_new_team(season: Season) -> None:
    at = Evidence(season, "trade_on_game_day", season.stages["trade_on_game_day"].game_id)
    home = at.stage.game.teams[0]
    trades = [
        each for each in at.league.amendments.transactions if each.kind == "Trade" and each.day == season.dates[-1]
    ]
    (newcomer,) = [str(each.player.player_id) for each in trades if each.team == home]
    assert at.by_player()[newcomer]["team"] == home
    assert newcomer not in at.by_player(state="before")
    assert _moved_rows(season, "evening", "player_game_summary", "player_id", newcomer) > 0


def test_a_postponed_game_keeps_its_id_and_gets_a_new_date(season: Season) -> None:
    at = Evidence(season, "postponement", season.stages["postponement"].game_id)
    new = at.stage.game.game_date
    assert new > season.dates[-1]
    for table in (GAMES, CONTEXT, STORE, "nba_analytics.upcoming_team_game_context"):
        assert {row["game_date"] for row in at.rows(table, "before")} == {season.dates[-1]}, table
        assert {row["game_date"] for row in at.rows(table)} == {new}, table
    assert len(at.rows("nba_analytics.upcoming_team_game_context")) == 2
    assert {row["game_date"] for row in at.rows(SUMMARY)} == {new}


def test_a_name_is_resolved_later_through_an_alias(season: Season) -> None:
    at = Evidence(season, "alias_of_one_book", season.stages["alias_of_one_book"].game_id)
    before, after = at.star_context("before"), at.star_context()
    assert after["books_count"] == before["books_count"] + 1
    assert at.query("select * from before.unresolved_player_names where source = 'odds_api'")
    assert at.query("select * from nba_reference.unresolved_player_names where source = 'odds_api'") == []
    assert _moved_rows(season, "corrections", "upcoming_player_game_context", "player_id", at.star) > 0
