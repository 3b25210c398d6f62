"""Arrival: what comes late, twice, broken or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from python_runners.sample.answers import Answer
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.scenarios.base import Scenario, Stage, edit_json, fixed

FAMILY = "arrival"
_BOX_SCRAPERS = ("nbac_live_boxscore", "nbac_boxscore_traditional")


def _withhold(scrapers: tuple[str, ...], hours: float | None) -> Callable[[Stage], None]:
    def apply(stage: Stage) -> None:
        until = None if hours is None else stage.league.final_at(stage.game_id) + timedelta(hours=hours)
        for scraper in scrapers:
            stage.intervene(scraper, fixed(403, b"<Error/>"), stage.when(stage.tip_off), until, game_id=stage.game_id)

    return apply


def _cut(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2], headers={}) if answer.status == 200 else answer


def _truncated(stage: Stage) -> None:
    stage.intervene("nbac_live_boxscore", _cut, stage.when(stage.tip_off), game_id=stage.game_id)


def _extra_key(document: Any) -> Any:
    return {**document, "envelope": {"version": 2}}


def _wrapped(stage: Stage) -> None:
    stage.intervene("nbac_live_boxscore", edit_json(_extra_key), stage.when(stage.tip_off), game_id=stage.game_id)


def _status_as_text(document: Any) -> Any:
    document["game"]["gameStatus"] = str(document["game"]["gameStatus"])
    return document


def _other_type(stage: Stage) -> None:
    stage.intervene("nbac_live_boxscore", edit_json(_status_as_text), stage.when(stage.tip_off), game_id=stage.game_id)


def _no_rows(document: Any) -> Any:
    for row_set in document["resultSets"]:
        row_set["rowSet"] = []
    return document


def _empty_log(stage: Stage) -> None:
    day = stage.game.game_date.isoformat()
    stage.intervene("nbac_player_gamelog", edit_json(_no_rows), stage.when(stage.tip_off), game_date=day)


def _doubled(document: Any) -> Any:
    if "scoreboard" in document:
        games = document["scoreboard"]["games"]
        games.append(games[0])
    else:
        header = next(rows for rows in document["resultSets"] if rows["name"] == "GameHeader")
        header["rowSet"].append(header["rowSet"][0])
    return document


def _board_twice(stage: Stage) -> None:
    day = stage.game.game_date.isoformat()
    stage.intervene("nbac_scoreboard", edit_json(_doubled), stage.when(stage.tip_off), game_date=day)


def _twice(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    """Ask everything a second time, up to twenty minutes later."""
    rng = stage.rng("duplicates")
    again = [replace(event, at=event.at + timedelta(seconds=rng.randrange(1, 1200))) for event in events]
    return sorted([*events, *again], key=lambda event: event.at)


def _reordered(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    """Deliver the results of the slate in any order, at the instant of the last of them."""
    results = [event for event in events if event.scraper in (*_BOX_SCRAPERS, "nbac_play_by_play")]
    if not results:
        return events
    last = max(event.at for event in results)
    late = [replace(event, at=last) for event in results]
    stage.rng("order").shuffle(late)
    others = [event for event in events if event not in results]
    before = [event for event in others if event.at <= last]
    return [*before, *late, *(event for event in others if event.at > last)]


SCENARIOS = (
    Scenario("box_after_gamebook", FAMILY, "the box scores come 14 hours late, after the gamebook",
             _withhold(_BOX_SCRAPERS, 14)),
    Scenario("box_missing", FAMILY, "one game's box score never appears", _withhold(_BOX_SCRAPERS, None)),
    Scenario("play_by_play_late", FAMILY, "the play-by-play comes 6 hours late", _withhold(("nbac_play_by_play",), 6)),
    Scenario("play_by_play_never", FAMILY, "the play-by-play never comes", _withhold(("nbac_play_by_play",), None)),
    Scenario("results_out_of_order", FAMILY, "the slate's results are delivered in any order", replan=_reordered),
    Scenario("duplicate_deliveries", FAMILY, "every request of the day is made twice", replan=_twice),
    Scenario("truncated_file", FAMILY, "the box score ends in the middle", _truncated),
    Scenario("unknown_wrapper_key", FAMILY, "the box score has a top-level key that nobody knows", _wrapped),
    Scenario("known_key_of_other_type", FAMILY, "gameStatus is text instead of a number", _other_type),
    Scenario("empty_list_on_game_day", FAMILY, "the game log of a game day is empty", _empty_log),
    Scenario("scoreboard_row_twice", FAMILY, "the scoreboard lists a game twice", _board_twice),
)  # fmt: skip
