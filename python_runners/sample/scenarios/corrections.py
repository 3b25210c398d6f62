"""Corrections: what the scorers change after a game."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from python_runners.sample.actions import HOME, Action, Tape
from python_runners.sample.amendments import BoxChange, TapeChange
from python_runners.sample.answers import Answer
from python_runners.sample.lines import Box, with_line
from python_runners.sample.scenarios.base import Scenario, Stage, edit_json

FAMILY = "corrections"


def move_minutes(box: Box) -> Box:
    """Credit 37 seconds of one home player to another; nothing else changes."""
    giver, taker = sorted(box.home.lines, key=lambda line: -line.seconds)[1:3]
    home = with_line(box.home, replace(giver, seconds=giver.seconds - 37))
    return replace(box, home=with_line(home, replace(taker, seconds=taker.seconds + 37)))


def _edit_first(tape: Tape, wanted: Callable[[Action], bool], edit: Callable[[Action, int], Action]) -> Tape:
    """Edit the first wanted home action; `edit` gets it with another player who was on court at that moment."""
    actions = list(tape.actions)
    on_court = list(tape.starters[HOME])
    for index, action in enumerate(actions):
        if action.kind == "substitution" and action.side == HOME:
            on_court.append(action.player) if action.sub == "in" else on_court.remove(action.player)
        if action.side == HOME and wanted(action):
            other = next(person for person in on_court if person not in (action.player, action.assist))
            actions[index] = edit(action, other)
            return replace(tape, actions=tuple(actions))
    raise ValueError("the game has no such action")


def move_free_throw(tape: Tape) -> Tape:
    """Credit a made free throw to another shooter: two players' points change, the score does not."""
    return _edit_first(
        tape,
        lambda action: action.kind == "freethrow" and bool(action.made),
        lambda action, other: action._replace(player=other),
    )


def move_assist(tape: Tape) -> Tape:
    """Credit an assist to another passer."""
    return _edit_first(tape, lambda action: action.assist > 0, lambda action, other: action._replace(assist=other))


def move_rebound(tape: Tape) -> Tape:
    """Credit a rebound to another player."""
    return _edit_first(
        tape,
        lambda action: action.kind == "rebound" and action.player > 0,
        lambda action, other: action._replace(player=other),
    )


def _minutes(stage: Stage) -> None:
    stage.league.amendments.boxes.append(BoxChange(stage.after_game(hours=4), stage.game_id, move_minutes))


def _tape(edit: Callable[[Tape], Tape], **delay: float) -> Callable[[Stage], None]:
    def apply(stage: Stage) -> None:
        stage.league.amendments.tapes.append(TapeChange(stage.after_game(**delay), stage.game_id, edit))

    return apply


def _without_last_idle(document: Any) -> Any:
    players = document["game"]["homeTeam"]["players"]
    idle = [player for player in players if player["played"] == "0"]
    players.remove(idle[-1])
    return document


def _remove_player(stage: Stage) -> None:
    stage.intervene(
        "nbac_live_boxscore", edit_json(_without_last_idle), stage.after_game(hours=4), game_id=stage.game_id
    )


def _edited_stamp(document: Any) -> Any:
    for action in document["game"]["actions"][10:30]:
        action["edited"] = "2030-01-01T00:00:00Z"
        action["description"] = f"{action['description']} (edited)"
    return document


def _edit_play_by_play(stage: Stage) -> None:
    stage.intervene("nbac_play_by_play", edit_json(_edited_stamp), stage.after_game(hours=4), game_id=stage.game_id)


def _republish(answer: Answer) -> Answer:
    """The same bytes, but the host has lost its validators: nobody is told that nothing has changed."""
    return replace(answer, headers={}) if answer.status == 200 else answer


def _same_bytes(stage: Stage) -> None:
    stage.intervene("nbac_live_boxscore", _republish, stage.after_game(hours=1), game_id=stage.game_id)


def _other_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _other_order(value[key]) for key in sorted(value, reverse=True)}
    if isinstance(value, list):
        return [_other_order(item) for item in value]
    return value


def _other_key_order(stage: Stage) -> None:
    def change(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        document = _other_order(json.loads(answer.body))
        return replace(answer, body=json.dumps(document, ensure_ascii=False).encode(), headers={})

    stage.intervene("nbac_live_boxscore", change, stage.after_game(hours=1), game_id=stage.game_id)


def two_days_later(stage: Stage) -> None:
    """Correct a rebound in every feed, two days after the game."""
    at = stage.when(stage.league.final_at(stage.game_id) + timedelta(days=2))
    stage.league.amendments.tapes.append(TapeChange(at, stage.game_id, move_rebound))


SCENARIOS = (
    Scenario("minutes_corrected", FAMILY, "every box score gives 37 seconds of one player to another", _minutes),
    Scenario("points_corrected", FAMILY, "a free throw goes to another shooter", _tape(move_free_throw, hours=4)),
    Scenario("assist_moved", FAMILY, "an assist is credited to another passer", _tape(move_assist, hours=4)),
    Scenario("late_stat_correction", FAMILY, "a rebound is credited to another player two days later", two_days_later),
    Scenario("player_removed", FAMILY, "the CDN box score no longer lists somebody who did not play", _remove_player),
    Scenario("play_by_play_edited", FAMILY, "actions get another edit stamp and description", _edit_play_by_play),
    Scenario("same_bytes_again", FAMILY, "the box score comes again byte for byte, without validators", _same_bytes),
    Scenario("other_key_order", FAMILY, "the box score comes again with its keys in another order", _other_key_order),
)
