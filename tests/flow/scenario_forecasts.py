"""Cases of people, injuries, lines and systems."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.flow.scenario_evidence import CONTEXT, GAMES, LINES, STORE, SUMMARY, Cases, Evidence

CASES = Cases()


def _naive(instant: Any) -> Any:
    return instant.replace(tzinfo=None)


def _moved_to(at: Evidence) -> tuple[str, str]:
    """Return the player whom the scenario signed, and his team."""
    contracts = {"ten_day_signing": "10-Day Contract", "two_way_signing": "Two-Way Contract",
                 "unknown_player": "Contract", "two_way_converted": "Contract"}  # fmt: skip
    day = at.stage.game.game_date - timedelta(days=1)
    home = at.stage.game.teams[0]
    (move,) = [each for each in at.league.amendments.transactions
               if each.day == day and each.team == home and each.contract == contracts[at.name]]  # fmt: skip
    return str(move.player.player_id), home


@CASES.of("trade_on_game_day")
def with_the_new_team_but_not_yet_playing(at: Evidence) -> None:
    day, home = at.stage.game.game_date, at.stage.game.teams[0]
    trades = [each for each in at.league.amendments.transactions if each.day == day and each.kind == "Trade"]
    (newcomer,) = [str(each.player.player_id) for each in trades if each.team == home]
    (leaver,) = [str(each.player.player_id) for each in trades if each.team != home]
    summary = at.by_player()
    assert (summary[newcomer]["team"], summary[newcomer]["is_dnp"]) == (home, True)
    assert leaver not in summary
    assert summary[newcomer]["points"] is None


@CASES.of("ten_day_signing", "two_way_signing", "two_way_converted")
def on_the_roster_and_in_the_box(at: Evidence) -> None:
    player, team = _moved_to(at)
    assert at.by_player(CONTEXT)[player]["team"] == team
    assert at.by_player()[player]["team"] == team


@CASES.of("unknown_player")
def known_from_the_box_only(at: Evidence) -> None:
    player, team = _moved_to(at)
    row = at.by_player()[player]
    assert (row["team"], row["is_dnp"]) == (team, False)
    (known,) = at.query(f"select sources from nba_reference.dim_player where player_id = '{player}'")
    assert set(known["sources"]) == {"game_log", "box_score"}


@CASES.of("two_week_absence")
def out_of_every_game(at: Evidence) -> None:
    team = at.stage.game.teams[0]
    rows = at.query(
        f"select is_dnp, points from {SUMMARY} where player_id = '{at.star}' and team = '{team}' "
        f"and game_date between date '{at.stage.game.game_date}' and date '{at.season.dates[-1]}'"
    )
    assert len(rows) >= 3
    assert {(row["is_dnp"], row["points"]) for row in rows} == {(True, None)}
    (context,) = at.query(
        f"select days_rest, games_last_14_days from {CONTEXT} where player_id = '{at.star}' and team = '{team}' "
        f"order by game_date desc limit 1"
    )
    assert context["days_rest"] > 7


@CASES.of("zero_seconds")
def an_appearance_without_minutes(at: Evidence) -> None:
    rows = [row for row in at.by_player().values() if row["minutes"] == 0]
    assert rows
    assert all(not row["is_dnp"] and row["points"] == 0 and row["usage_rate"] is None for row in rows)


@CASES.of("alias_of_one_book")
def other_books_have_him(at: Evidence) -> None:
    context = at.star_context()
    assert context["current_points_line"] is not None
    nicknamed = at.query(
        "select distinct bookmaker, player_name_raw from nba_raw.odds_api_player_points_props as props "
        "semi join before.unresolved_player_names as missed using (player_name_raw) "
        f"where game_date = date '{at.stage.game.game_date}'"
    )
    assert {row["bookmaker"] for row in nicknamed} == {"fanduel"}


@CASES.of("upgrade", "downgrade", "late_scratch", "upgrade_after_out", "player_unlisted")
def last_report_before_the_tip(at: Evidence) -> None:
    seen = {"upgrade": "available", "downgrade": "out", "late_scratch": "questionable",
            "upgrade_after_out": "available", "player_unlisted": "available"}  # fmt: skip
    assert at.star_context()["injury_status"] == seen[at.name]
    row = at.by_player()[at.star]
    plays = at.name in ("upgrade", "upgrade_after_out")
    assert row["is_dnp"] == (not plays)
    assert (row["points"] is None) == (not plays)
    if at.name in ("upgrade", "downgrade"):
        assert at.star_context("before")["injury_status"] == "questionable"


@CASES.of("team_not_submitted")
def nothing_known_of_the_team(at: Evidence) -> None:
    home = at.stage.game.teams[0]
    rows = at.rows(CONTEXT)
    assert {row["injury_status"] for row in rows if row["team"] == home} == {None}
    assert all("no_injury_report" in row["quality_issues"] for row in rows if row["team"] == home)
    assert {row["injury_status"] for row in rows if row["team"] != home} != {None}


@CASES.of("report_not_published")
def the_report_from_before(at: Evidence) -> None:
    seen = [row["injury_report_at"] for row in at.rows(CONTEXT)]
    limit = _naive(at.stage.tip_off - timedelta(hours=8))
    assert all(instant is None or instant <= limit for instant in seen)


@CASES.of("opens_late", "withdrawn_and_back", "snapshot_loaded_late")
def a_line_in_the_end(at: Evidence) -> None:
    ours, plain = at.star_context(), at.star_context("plain")
    assert ours["current_points_line"] == plain["current_points_line"]
    if at.name == "opens_late":
        first = at.query(
            "select min(snapshot_at) as seen from nba_intermediate.int_points_line "
            f"where game_id = '{at.game_id}' and player_id = '{at.star}'"
        )[0]["seen"]
        assert first >= _naive(at.stage.tip_off - timedelta(hours=3))
    if at.name == "snapshot_loaded_late":
        assert ours == plain


@CASES.of("moves_half_a_point", "moves_a_point")
def the_line_moves(at: Evidence) -> None:
    ours, plain = at.star_context(), at.star_context("plain")
    step = {"moves_half_a_point": 0.5, "moves_a_point": -1.0}[at.name]
    assert ours["current_points_line"] - plain["current_points_line"] == step
    assert ours["opening_points_line"] == plain["opening_points_line"]
    assert at.by_player()[at.star]["points_line"] == ours["current_points_line"]


@CASES.of("price_only_move")
def only_prices_move(at: Evidence) -> None:
    before, after = at.star_context("before"), at.star_context("moved")
    assert after["over_price"] != before["over_price"]
    assert after["current_points_line"] == before["current_points_line"]


@CASES.of("alternate_ladder")
def one_main_line(at: Evidence) -> None:
    ours, plain = at.star_context(), at.star_context("plain")
    assert ours["current_points_line"] == plain["current_points_line"]
    offered = at.query(
        "select count(distinct line) as lines from nba_raw.odds_api_player_points_props "
        f"where game_date = date '{at.stage.game.game_date}' group by player_name_raw, bookmaker, snapshot_at "
        "order by 1 desc limit 1"
    )
    assert offered[0]["lines"] >= 8


@CASES.of("one_sided")
def no_under(at: Evidence) -> None:
    context = at.star_context()
    assert context["current_points_line"] is not None
    assert (context["over_price"] is None, context["under_price"]) == (False, None)


@CASES.of("whole_number_push")
def a_push(at: Evidence) -> None:
    row = at.by_player()[at.star]
    assert (row["over_under_result"], row["line_margin"]) == ("PUSH", 0)
    assert row["points_line"] == row["points"]


@CASES.of("in_play_snapshots")
def lines_of_the_game_stay_out(at: Evidence) -> None:
    tip_off = _naive(at.stage.tip_off)
    day = at.stage.game.game_date
    late = at.query(f"select count(*) as rows from nba_raw.odds_api_player_points_props "
                    f"where game_date = date '{day}' and snapshot_at > commence_time")  # fmt: skip
    assert late[0]["rows"] > 0
    assert {row["player_id"]: row["current_points_line"] for row in at.rows(CONTEXT)} == {
        row["player_id"]: row["current_points_line"] for row in at.rows(CONTEXT, "plain")
    }
    assert all(row["current_line_observed_at"] is None or row["current_line_observed_at"] < tip_off
               for row in at.rows(CONTEXT))  # fmt: skip
    assert not at.changed_columns("plain", "after") & LINES


@CASES.of("event_rescheduled")
def the_new_start(at: Evidence) -> None:
    (game,) = at.rows(GAMES)
    assert game["tip_off_utc"] == _naive(at.stage.tip_off)
    assert at.stage.tip_off - at.league.planned[at.game_id].start == timedelta(hours=1)
    assert {row["tip_off_utc"] for row in at.rows(CONTEXT)} == {game["tip_off_utc"]}
    assert any(row["current_points_line"] is not None for row in at.rows(CONTEXT))


@CASES.of("two_events_of_a_pair")
def one_game_of_two_events(at: Evidence) -> None:
    events = at.query(
        "select distinct odds_event_id, game_id from nba_staging.stg_odds_api__player_points_props "
        f"where game_id = '{at.game_id}'"
    )
    assert len(events) == 2
    players = [row["player_id"] for row in at.rows(CONTEXT)]
    assert len(players) == len(set(players))
    assert at.star_context()["current_points_line"] == at.star_context("plain")["current_points_line"]


@CASES.of("book_stops")
def another_book_stands(at: Evidence) -> None:
    assert at.star_context("plain")["current_line_book"] == "draftkings"
    assert at.star_context()["current_points_line"] is not None


@CASES.of("no_line_all_day", "no_event_all_day")
def no_lines(at: Evidence) -> None:
    rows = at.rows(CONTEXT)
    assert {(row["has_prop_line"], row["current_points_line"]) for row in rows} == {(False, None)}
    assert all("no_points_line" in row["quality_issues"] for row in rows)
    assert {row["points_line"] for row in at.rows(SUMMARY)} == {None}
    assert {row["f25_vegas_points_line"] for row in at.rows(STORE)} <= {None}
