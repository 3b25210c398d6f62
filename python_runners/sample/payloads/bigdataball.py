"""BigDataBall: a game's plays as CSV, with the ten players on court in every row."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

from python_runners.sample.actions import AWAY, HOME, NOBODY, Action
from python_runners.sample.league import League
from python_runners.sample.styles import chart_style

PUBLISHED_AFTER = timedelta(hours=6, minutes=10)
COLUMNS = (
    *("game_id", "data_set", "date", "a1", "a2", "a3", "a4", "a5", "h1", "h2", "h3", "h4", "h5", "period"),
    *("away_score", "home_score", "remaining_time", "elapsed", "play_length", "play_id", "team", "event_type"),
    *("assist", "away", "home", "block", "entered", "left", "num", "opponent", "outof", "player", "points"),
    *("possession", "reason", "result", "steal", "type", "shot_distance", "original_x", "original_y"),
    *("converted_x", "converted_y", "description"),
)
_SKIPPED = ("steal", "block", "heave", "stoppage", "game")
_EVENTS = {"2pt": "shot", "3pt": "shot", "freethrow": "free throw", "substitution": "substitution"}
_HALF_LENGTH = 41.75


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


class _Writer:
    """Follows the game and writes one row a play."""

    def __init__(self, league: League, game_id: str) -> None:
        self._league, self._game = league, league.game(game_id)
        self._home, self._away = self._game.teams
        self._last = 0
        self._pending: list[Action] = []

    def _name(self, person: int) -> str:
        player = self._league.players.get(person)
        return player.name if player else ""

    def _head(self, action: Action, number: int, on_court: tuple[list[int], list[int]]) -> dict[str, str]:
        elapsed = action.elapsed
        length, self._last = elapsed - self._last, elapsed
        year = self._league.config.season_year
        row = {
            "game_id": self._game.game_id.lstrip("0"),
            "data_set": f"{year}-{year + 1} Regular Season",
            "date": f"{self._game.game_date:%m/%d/%Y}",
            "period": str(action.period),
            "away_score": str(action.away),
            "home_score": str(action.home),
            "remaining_time": _clock(action.clock),
            "elapsed": _clock(elapsed),
            "play_length": _clock(max(length, 0)),
            "play_id": str(number),
        }
        for prefix, side in (("a", AWAY), ("h", HOME)):
            row |= {f"{prefix}{place}": self._name(person) for place, person in enumerate(on_court[side], start=1)}
        return row

    def rows(self, now: datetime) -> list[dict[str, str]]:
        """Return all plays of the finished game."""
        tape = self._league.tape_at(self._game.game_id, now)
        on_court = (list(tape.starters[HOME]), list(tape.starters[AWAY]))
        rows: list[dict[str, str]] = []
        leaving: list[list[int]] = [[], []]
        for action in tape.actions:
            if action.kind == "substitution":
                if action.sub == "out":
                    leaving[action.side].append(action.player)
                    continue
                left = leaving[action.side].pop(0)
                court = on_court[action.side]
                court[court.index(left)] = action.player
                extra = {"entered": self._name(action.player), "left": self._name(left)}
            elif action.kind in _SKIPPED:
                continue
            else:
                extra = self._play(action)
            row = self._head(action, len(rows) + 1, on_court) | extra
            rows.append(row | {"event_type": self._event(action), "team": self._team(action)})
        return rows

    def _team(self, action: Action) -> str:
        return "" if action.side == NOBODY else (self._home, self._away)[action.side]

    def _event(self, action: Action) -> str:
        if action.kind == "period":
            return f"{action.sub} of period"
        if action.shot is not None and not action.shot.made:
            return "miss"
        return _EVENTS.get(action.kind, action.kind)

    def _play(self, action: Action) -> dict[str, str]:
        play = {"player": self._name(action.player)}
        if action.shot is not None:
            shot = action.shot
            style = chart_style(action.sub, action.descriptor)
            x, y = 10 * shot.loc_x, 10 * shot.loc_y
            return play | {
                "assist": self._name(action.assist),
                "block": self._name(action.block),
                "points": str(action.points),
                "result": "made" if shot.made else "missed",
                "type": f"3pt {style.lower()}" if shot.value == 3 else style,
                "shot_distance": str(int(shot.distance)),
                "original_x": f"{x:.0f}",
                "original_y": f"{y:.0f}",
                "converted_x": f"{25 - shot.loc_x:.1f}",
                "converted_y": f"{_HALF_LENGTH + 5.25 - shot.loc_y:.1f}",
            }
        if action.kind == "freethrow":
            number, _, count = action.sub.partition(" of ")
            return play | {
                "num": number,
                "outof": count,
                "points": str(action.points),
                "result": "made" if action.made else "missed",
                "type": f"Free Throw {action.descriptor or action.sub}",
            }
        if action.kind == "turnover":
            return play | {"reason": action.sub, "type": action.sub, "steal": self._name(action.steal)}
        if action.kind == "foul":
            kind = action.descriptor or action.sub
            return play | {"opponent": self._name(action.drawn), "type": kind, "reason": action.sub}
        if action.kind == "rebound":
            team = "team " if not action.player else ""
            return play | {"type": f"{team}rebound {action.sub}"}
        return play | {"type": action.sub}


def render(league: League, game_id: str, now: datetime) -> bytes:
    """Return the file of a finished game."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, COLUMNS, restval="")
    writer.writeheader()
    for row in _Writer(league, game_id).rows(now):
        writer.writerow({**row, "description": f"{row.get('player', '')} {row['event_type']}".strip()})
    return target.getvalue().encode()
