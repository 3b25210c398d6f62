"""Each named scenario does what its description says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from python_runners.errors import NoData, PermanentError, SourceUnavailable, UnknownPayloadShape
from python_runners.identity import player_lookup
from python_runners.loaders.base import Row
from python_runners.sample.league import League
from python_runners.sample.markets import event_id
from python_runners.sample.replay import LEAN, LeagueEvent, events_of
from python_runners.sample.scenarios import SCENARIOS, Stage
from python_runners.sample.scenarios.people import best_player
from tests.unit.sample.harness import Harness

DAY = 3
LATER = timedelta(hours=30)
Setting = Callable[[str], tuple[Harness, Stage]]


@pytest.fixture
def stage_of() -> Setting:
    def build(name: str) -> tuple[Harness, Stage]:
        league = League.small(6, 10, seed=21)
        harness = Harness(league)
        stage = Stage(harness.sources, league.games_on(league.dates[DAY])[0].game_id)
        SCENARIOS[name].apply(stage)
        return harness, stage

    return build


def box_rows(harness: Harness, game_id: str, hours: float = 30.0) -> dict[str, Row]:
    at = harness.league.final_at(game_id) + timedelta(hours=hours)
    rows = harness.rows(harness.game_event("nbac_live_boxscore", game_id, at))["nbac_boxscore_players"]
    return {row["player_id"]: row for row in rows}


def changed(before: dict[str, Row], after: dict[str, Row]) -> set[str]:
    names = {name for row in before.values() for name in row}
    return {name for player in before for name in names if before[player][name] != after[player][name]}


def props(harness: Harness, stage: Stage, hours_before: float) -> list[Row]:
    params = {
        "game_date": stage.game.game_date.isoformat(),
        "odds_event_id": event_id(stage.league, stage.game_id),
        "oddsFormat": "american",
    }
    event = LeagueEvent(stage.tip_off - timedelta(hours=hours_before), "odds_player_props", params)
    payload = harness.fetch(event)
    if payload.status != 200:
        return []
    try:
        return harness.parse(event, payload)[0].rows
    except NoData:
        return []


def of_star(stage: Stage, rows: list[Row], book: str = "draftkings") -> list[Row]:
    name = player_lookup(best_player(stage).player.name)
    return [row for row in rows if player_lookup(row["player_name_raw"]) == name and row["bookmaker"] == book]


def report(harness: Harness, stage: Stage, hours_before: float) -> dict[str | None, str]:
    at = stage.tip_off - timedelta(hours=hours_before)
    rows = harness.rows(LeagueEvent(at, "nbac_injury_report", {"report_at": at.isoformat()}))["nbac_injury_report"]
    wanted = [row for row in rows if row["game_date"] == stage.game.game_date]
    return {player_lookup(row["player_name_raw"]) if row["player_name_raw"] else row["team"]: row["injury_status"]
            for row in wanted}  # fmt: skip


def test_names_families_and_descriptions() -> None:
    assert len(SCENARIOS) >= 60
    families = {scenario.family for scenario in SCENARIOS.values()}
    assert families == {"corrections", "arrival", "games", "people", "injuries", "lines", "systems"}
    assert all(scenario.description for scenario in SCENARIOS.values())


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("minutes_corrected", {"minutes"}),
        ("points_corrected", {"points", "ft_makes", "ft_attempts"}),
        ("assist_moved", {"assists"}),
    ],
)
def test_a_correction_changes_only_its_columns(stage_of: Setting, name: str, columns: set[str]) -> None:
    harness, stage = stage_of(name)
    before, after = box_rows(harness, stage.game_id, 1), box_rows(harness, stage.game_id, 5)
    special = {"fast_break_points", "second_chance_points"}
    assert columns <= changed(before, after) <= columns | special


def test_a_late_correction_reaches_every_feed(stage_of: Setting) -> None:
    harness, stage = stage_of("late_stat_correction")
    assert changed(box_rows(harness, stage.game_id, 1), box_rows(harness, stage.game_id, 47)) == set()
    after = box_rows(harness, stage.game_id, 49)
    assert "rebounds" in changed(box_rows(harness, stage.game_id, 1), after)
    at = harness.league.final_at(stage.game_id) + timedelta(hours=49)
    log = harness.rows(harness.game_event("nbac_player_gamelog", stage.game_id, at))["nbac_player_boxscores"]
    mine = {row["player_id"]: row["rebounds"] for row in log if row["game_id"] == stage.game_id}
    assert all(after[player]["rebounds"] == count for player, count in mine.items())


def test_a_player_disappears_from_the_box(stage_of: Setting) -> None:
    harness, stage = stage_of("player_removed")
    assert len(box_rows(harness, stage.game_id, 1)) - len(box_rows(harness, stage.game_id, 5)) == 1


def raw(harness: Harness, stage: Stage, scraper: str, hours: float, variant: str | None = None) -> bytes:
    at = harness.league.final_at(stage.game_id) + timedelta(hours=hours)
    return harness.fetch(harness.game_event(scraper, stage.game_id, at, variant)).body


def test_play_by_play_is_edited(stage_of: Setting) -> None:
    harness, stage = stage_of("play_by_play_edited")
    before, after = (json.loads(raw(harness, stage, "nbac_play_by_play", hours)) for hours in (1, 5))
    stamps = [[action["edited"] for action in body["game"]["actions"]] for body in (before, after)]
    assert stamps[0] != stamps[1]
    assert len(stamps[0]) == len(stamps[1])


def test_the_same_bytes_come_again(stage_of: Setting) -> None:
    harness, stage = stage_of("same_bytes_again")
    assert raw(harness, stage, "nbac_live_boxscore", 0.5) == raw(harness, stage, "nbac_live_boxscore", 2)


def test_other_key_order_is_the_same_content(stage_of: Setting) -> None:
    harness, stage = stage_of("other_key_order")
    before, after = (raw(harness, stage, "nbac_live_boxscore", hours) for hours in (0.5, 2))
    assert before != after
    assert json.loads(before) == json.loads(after)


def test_the_gamebook_comes_before_the_box(stage_of: Setting) -> None:
    harness, stage = stage_of("box_after_gamebook")
    at = harness.league.final_at(stage.game_id) + timedelta(hours=10)
    assert harness.fetch(harness.game_event("nbac_gamebook", stage.game_id, at)).status == 200
    assert harness.fetch(harness.game_event("nbac_live_boxscore", stage.game_id, at)).status == 403
    assert box_rows(harness, stage.game_id, 15)


@pytest.mark.parametrize(
    ("name", "scraper", "missing_at", "there_at"),
    [
        ("box_missing", "nbac_live_boxscore", 200, None),
        ("play_by_play_never", "nbac_play_by_play", 200, None),
        ("play_by_play_late", "nbac_play_by_play", 5, 7),
    ],
)
def test_files_that_stay_away(
    stage_of: Setting, name: str, scraper: str, missing_at: float, there_at: float | None
) -> None:
    harness, stage = stage_of(name)
    end = harness.league.final_at(stage.game_id)
    at = end + timedelta(hours=missing_at)
    assert harness.fetch(harness.game_event(scraper, stage.game_id, at)).status == 403
    if there_at is not None:
        at = end + timedelta(hours=there_at)
        assert harness.fetch(harness.game_event(scraper, stage.game_id, at)).status == 200


@pytest.mark.parametrize("name", ["truncated_file", "unknown_wrapper_key", "known_key_of_other_type"])
def test_broken_boxes_are_refused(stage_of: Setting, name: str) -> None:
    harness, stage = stage_of(name)
    with pytest.raises(UnknownPayloadShape):
        box_rows(harness, stage.game_id)


def test_an_empty_log_on_a_game_day(stage_of: Setting) -> None:
    harness, stage = stage_of("empty_list_on_game_day")
    at = harness.league.final_at(stage.game_id) + LATER
    with pytest.raises(NoData):
        harness.rows(harness.game_event("nbac_player_gamelog", stage.game_id, at))


@pytest.mark.parametrize("variant", ["v2", "v3"])
def test_a_scoreboard_row_twice(stage_of: Setting, variant: str) -> None:
    harness, stage = stage_of("scoreboard_row_twice")
    at = harness.league.final_at(stage.game_id) + LATER
    rows = harness.rows(harness.game_event("nbac_scoreboard", stage.game_id, at, variant))["nbac_scoreboard_v2"]
    assert len({row["game_id"] for row in rows}) == len(rows)
    assert harness.dropped["nbac_scoreboard_v2", "listed_twice"] == 1


@pytest.mark.parametrize("name", ["results_out_of_order", "duplicate_deliveries", "back_fill", "in_play_snapshots",
                                  "snapshot_loaded_late"])  # fmt: skip
def test_deliveries_are_replanned(stage_of: Setting, name: str) -> None:
    harness, stage = stage_of(name)
    events = events_of(harness.league, stage.game.game_date, LEAN)
    replanned = SCENARIOS[name].replan(stage, events)
    assert replanned != events
    assert {event.scraper for event in events} <= {event.scraper for event in replanned}
    if name == "duplicate_deliveries":
        assert len(replanned) == 2 * len(events)
    if name == "results_out_of_order":
        assert len(replanned) == len(events)
    if name == "back_fill":
        assert {event.params.get("game_date") for event in replanned} > {
            day.isoformat() for day in harness.league.dates[:DAY]
        }
    if name == "snapshot_loaded_late":
        late = next(event for event in replanned if "snapshot_at" in event.params)
        rows = harness.rows(late)["odds_api_player_points_props"]
        assert rows
        assert all(row["snapshot_at"] < stage.tip_off < late.at for row in rows)


@pytest.mark.parametrize(("name", "count"), [("overtime", 1), ("double_overtime", 2)])
def test_overtimes(stage_of: Setting, name: str, count: int) -> None:
    harness, stage = stage_of(name)
    assert harness.league.box(stage.game_id).overtimes >= count
    assert box_rows(harness, stage.game_id)


def schedule_row(harness: Harness, game_id: str, at: Any) -> Row:
    rows = harness.rows(LeagueEvent(at, "nbac_schedule", {"season_year": "2025"}))["nbac_schedule"]
    return next(row for row in rows if row["game_id"] == game_id)


def test_a_postponed_game_keeps_its_id(stage_of: Setting) -> None:
    harness, stage = stage_of("postponement")
    old = harness.league.planned[stage.game_id]
    before = schedule_row(harness, stage.game_id, old.start - timedelta(hours=3))
    after = schedule_row(harness, stage.game_id, old.start - timedelta(hours=1))
    assert before["game_date"] == old.game_date
    assert after["game_date"] == stage.game.game_date > old.game_date
    event = harness.game_event("nbac_live_boxscore", stage.game_id, old.start + timedelta(hours=2))
    assert harness.fetch(event).status == 403
    assert box_rows(harness, stage.game_id)


def test_a_cancelled_game_is_never_final(stage_of: Setting) -> None:
    harness, stage = stage_of("cancellation")
    row = schedule_row(harness, stage.game_id, stage.tip_off + timedelta(days=3))
    assert (row["game_status"], row["postponed_status"]) == (1, "A")


def test_a_neutral_site(stage_of: Setting) -> None:
    harness, stage = stage_of("neutral_site")
    row = schedule_row(harness, stage.game_id, stage.tip_off)
    assert (row["is_neutral"], row["arena_city"]) == (True, "Paris")


def test_an_undetermined_game_gets_teams(stage_of: Setting) -> None:
    harness, stage = stage_of("undetermined_game")
    before = schedule_row(harness, stage.game_id, stage.tip_off - timedelta(days=3))
    after = schedule_row(harness, stage.game_id, stage.tip_off - timedelta(days=1))
    assert (before["home_team"], before["tip_off_utc"], before["is_time_tbd"]) == (None, None, True)
    assert (after["home_team"], after["tip_off_utc"]) == (stage.game.home, stage.tip_off)


def test_a_game_that_ends_after_midnight(stage_of: Setting) -> None:
    harness, stage = stage_of("ends_after_midnight")
    assert harness.league.final_at(stage.game_id) > stage.tip_off + timedelta(hours=1, minutes=45)
    rows = harness.rows(harness.game_event("nbac_live_boxscore", stage.game_id, stage.after_game(hours=1)))
    assert rows["nbac_team_boxscore"][0]["game_date"] == stage.game.game_date


@pytest.mark.parametrize(("name", "kind"), [("cup_final", "cup_final"), ("play_in", "play_in")])
def test_slots_get_teams_and_are_played(name: str, kind: str) -> None:
    config = replace(League.small(6, 10, seed=21).config, has_postseason=True)
    harness = Harness(League(config))
    first = next(iter(harness.league.planned))
    SCENARIOS[name].apply(Stage(harness.sources, first))
    slot = harness.league.amendments.schedule[0].game
    assert schedule_row(harness, slot.game_id, slot.start - timedelta(days=4))["home_team"] is None
    row = schedule_row(harness, slot.game_id, slot.start - timedelta(days=1))
    assert (row["home_team"], row["season_type"]) == (slot.home, kind)
    assert box_rows(harness, slot.game_id)


def test_a_trade_on_game_day(stage_of: Setting) -> None:
    harness, stage = stage_of("trade_on_game_day")
    day, home = stage.game.game_date, stage.game.teams[0]
    before = {m.player.player_id for m in stage.league.rosters.on(home, day - timedelta(days=1))}
    after = {m.player.player_id for m in stage.league.rosters.on(home, day)}
    assert len(before - after) == len(after - before) == 1
    moves = harness.rows(LeagueEvent(stage.tip_off, "nbac_player_movement", {"season": "2025-26"}))
    trades = [row for row in moves["nbac_player_movement"] if row["transaction_date"] == day]
    assert {row["transaction_type"] for row in trades} == {"Trade"}
    newcomer = box_rows(harness, stage.game_id)[str((after - before).pop())]
    assert newcomer["player_status"] != "active"


@pytest.mark.parametrize("name", ["ten_day_signing", "two_way_signing", "two_way_converted", "unknown_player"])
def test_signings_reach_the_box(stage_of: Setting, name: str) -> None:
    harness, stage = stage_of(name)
    move = stage.league.amendments.transactions[0]
    row = box_rows(harness, stage.game_id)[str(move.player.player_id)]
    assert row["team"] == stage.game.home
    roster = harness.rows(
        LeagueEvent(stage.tip_off, "nbac_team_roster", {
            "team": str(stage.game.home), "roster_date": stage.game.game_date.isoformat(), "season_year": "2025",
        })
    )["nbac_team_rosters"]  # fmt: skip
    listed = str(move.player.player_id) in {row["player_id"] for row in roster}
    assert listed == (name != "unknown_player")
    if name == "unknown_player":
        assert row["player_status"] == "active"


def test_ten_days_end(stage_of: Setting) -> None:
    _, stage = stage_of("ten_day_signing")
    move = stage.league.amendments.transactions[0]
    assert stage.league.rosters.team_of(move.player.player_id, move.day + timedelta(days=9)) == move.team
    assert stage.league.rosters.team_of(move.player.player_id, move.day + timedelta(days=10)) is None


def test_a_two_week_absence(stage_of: Setting) -> None:
    harness, stage = stage_of("two_week_absence")
    (game_id, player_id), *rest = stage.league.amendments.availability
    assert rest
    assert box_rows(harness, game_id)[str(player_id)]["player_status"] != "active"


def test_zero_seconds_is_an_appearance(stage_of: Setting) -> None:
    harness, stage = stage_of("zero_seconds")
    rows = box_rows(harness, stage.game_id).values()
    assert any(row["player_status"] == "active" and row["minutes"] == 0 for row in rows)


def test_one_book_uses_a_nickname(stage_of: Setting) -> None:
    harness, stage = stage_of("alias_of_one_book")
    rows = props(harness, stage, 0.5)
    nickname = best_player(stage).player.first[:3]
    assert {row["bookmaker"] for row in rows if row["player_name_raw"].split()[0] == nickname} == {"fanduel"}


@pytest.mark.parametrize(
    ("name", "statuses", "plays"),
    [
        ("upgrade", {6: "questionable", 1: "available"}, True),
        ("downgrade", {9: "probable", 5: "questionable", 1: "out"}, False),
        ("late_scratch", {9: "questionable", 0.25: "questionable"}, False),
        ("upgrade_after_out", {2: "out", 0.5: "available"}, True),
    ],
)
def test_reports_change(stage_of: Setting, name: str, statuses: dict[float, str], plays: bool) -> None:
    harness, stage = stage_of(name)
    (_, player_id), *_ = stage.league.amendments.availability
    lookup = player_lookup(stage.league.players[player_id].name)
    found = {hours: report(harness, stage, hours).get(lookup) for hours in statuses}
    filed = stage.league.submission_at(stage.game, stage.game.teams[0])
    assert filed is not None
    due = {hours: status for hours, status in statuses.items() if stage.tip_off - timedelta(hours=hours) >= filed}
    assert {hours: found[hours] for hours in due} == due
    assert due
    assert (box_rows(harness, stage.game_id)[str(player_id)]["player_status"] == "active") == plays


def test_an_unlisted_player_misses_the_game(stage_of: Setting) -> None:
    harness, stage = stage_of("player_unlisted")
    (_, player_id), *_ = stage.league.amendments.availability
    assert player_lookup(stage.league.players[player_id].name) not in report(harness, stage, 0.25)
    assert box_rows(harness, stage.game_id)[str(player_id)]["player_status"] != "active"


def test_a_team_that_does_not_submit(stage_of: Setting) -> None:
    harness, stage = stage_of("team_not_submitted")
    assert report(harness, stage, 0.25)[stage.game.home] == "not_submitted"


def test_no_report_is_published(stage_of: Setting) -> None:
    harness, stage = stage_of("report_not_published")
    at = stage.tip_off - timedelta(hours=2)
    assert harness.fetch(LeagueEvent(at, "nbac_injury_report", {"report_at": at.isoformat()})).status == 404


@pytest.mark.parametrize(
    ("name", "shown"),
    [("opens_late", {5: False, 1: True}), ("withdrawn_and_back", {6.5: True, 4: False, 1: True})],
)
def test_lines_come_and_go(stage_of: Setting, name: str, shown: dict[float, bool]) -> None:
    harness, stage = stage_of(name)
    assert {hours: bool(of_star(stage, props(harness, stage, hours))) for hours in shown} == shown


@pytest.mark.parametrize(
    ("name", "step"), [("moves_half_a_point", 0.5), ("moves_a_point", -1.0), ("price_only_move", 0.0)]
)
def test_lines_move(stage_of: Setting, name: str, step: float) -> None:
    plain = Harness(League.small(6, 10, seed=21))
    harness, stage = stage_of(name)
    untouched = replace(stage, sources=plain.sources)
    early = [of_star(s, props(h, s, 5.5)) for h, s in ((plain, untouched), (harness, stage))]
    late = [of_star(s, props(h, s, 1)) for h, s in ((plain, untouched), (harness, stage))]
    assert early[0] == early[1]
    assert late[1][0]["line"] - late[0][0]["line"] == step
    if step == 0:
        assert late[1][0]["over_price"] != late[0][0]["over_price"]


def test_a_ladder_and_a_missing_side(stage_of: Setting) -> None:
    harness, stage = stage_of("alternate_ladder")
    assert len(of_star(stage, props(harness, stage, 1))) >= 8
    harness, stage = stage_of("one_sided")
    row = of_star(stage, props(harness, stage, 1))[0]
    assert row["over_price"] is not None
    assert row["under_price"] is None


def test_a_push(stage_of: Setting) -> None:
    harness, stage = stage_of("whole_number_push")
    line = of_star(stage, props(harness, stage, 1))[0]["line"]
    points = box_rows(harness, stage.game_id)[str(best_player(stage).player.player_id)]["points"]
    assert line == points


def test_lines_during_the_game(stage_of: Setting) -> None:
    harness, stage = stage_of("in_play_snapshots")
    rows = props(harness, stage, -0.6)
    assert rows
    assert all(row["snapshot_at"] > row["commence_time"] for row in rows)


def test_an_event_is_rescheduled(stage_of: Setting) -> None:
    harness, stage = stage_of("event_rescheduled")
    before, after = props(harness, stage, 5.5)[0], props(harness, stage, 1)[0]
    assert after["commence_time"] - before["commence_time"] >= timedelta(minutes=45)
    assert after["odds_event_id"] == before["odds_event_id"]


def test_two_events_of_a_pair(stage_of: Setting) -> None:
    harness, stage = stage_of("two_events_of_a_pair")
    event = LeagueEvent(stage.tip_off - timedelta(hours=1), "odds_events", {"game_date": "2025-10-26"})
    ids = {each["id"] for each in json.loads(harness.fetch(event).body)}
    assert {event_id(stage.league, stage.game_id, number) for number in (0, 1)} <= ids


@pytest.mark.parametrize(
    ("name", "books"), [("book_stops", True), ("no_line_all_day", False), ("no_event_all_day", False)]
)
def test_books_fall_silent(stage_of: Setting, name: str, books: bool) -> None:
    harness, stage = stage_of(name)
    rows = props(harness, stage, 1)
    assert bool(rows) == books
    assert not [row for row in rows if row["bookmaker"] == "draftkings"]


@pytest.mark.parametrize("name", ["source_down", "hanging"])
def test_a_source_that_does_not_answer(stage_of: Setting, name: str) -> None:
    harness, stage = stage_of(name)
    event = harness.game_event("nbac_player_gamelog", stage.game_id, stage.tip_off + timedelta(minutes=30))
    with pytest.raises(SourceUnavailable):
        harness.fetch(event)


def test_a_throttling_source_answers_the_second_time(stage_of: Setting) -> None:
    harness, stage = stage_of("throttled")
    payload = harness.fetch(harness.game_event("nbac_player_gamelog", stage.game_id, stage.after_game(hours=1)))
    assert (payload.status, payload.attempts) == (200, 2)


def test_a_source_that_refuses(stage_of: Setting) -> None:
    harness, stage = stage_of("permission_denied")
    assert (
        harness.fetch(harness.game_event("nbac_player_gamelog", stage.game_id, stage.after_game(hours=1))).status == 403
    )


def test_a_renamed_column_is_refused(stage_of: Setting) -> None:
    harness, stage = stage_of("schema_change")
    with pytest.raises(PermanentError):
        harness.rows(harness.game_event("nbac_player_gamelog", stage.game_id, stage.after_game(hours=1)))


def test_a_clock_an_hour_off(stage_of: Setting) -> None:
    harness, stage = stage_of("clock_an_hour_off")
    rows = props(harness, stage, -0.6)
    assert all(row["market_last_update"] > row["snapshot_at"] for row in rows)
