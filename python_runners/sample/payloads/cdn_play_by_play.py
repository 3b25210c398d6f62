"""NBA.com CDN: the play-by-play of a game."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from python_runners.sample.actions import HOME, NOBODY, Action, Tape
from python_runners.sample.league import League
from python_runners.sample.payloads.common import Document, iso_minutes, team_names
from python_runners.sample.referees import crew_of
from python_runners.sample.shots import area_detail

_COURT_LENGTH, _COURT_WIDTH, _HOOP = 94.0, 50.0, 5.25
_SHOT_NAMES = {"DUNK": "DUNK", "Layup": "Layup", "Hook": "Hook", "Jump Shot": "Shot"}


def render(league: League, game_id: str, now: datetime) -> Document:
    """Return the actions of a game that has begun, as the CDN shows them at `now`."""
    return {
        "meta": {
            "version": 1,
            "code": 200,
            "request": f"http://nba.cloud/games/{game_id}/playbyplay?Format=json",
            "time": min(now, league.final_at(game_id)).strftime("%Y-%m-%d %H:%M:%S.000000"),
        },
        "game": {"gameId": game_id, "actions": _Writer(league, game_id).actions(league.tape_at(game_id, now))},
    }


class _Writer:
    """Writes actions with the running totals that the feed carries along."""

    def __init__(self, league: League, game_id: str) -> None:
        game = league.game(game_id)
        self._players = league.players
        self._crew = [official.person_id for official in crew_of(league, game_id)]
        self._teams = [team_names()[team] for team in game.teams]
        self._start = game.start
        self._totals: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def actions(self, tape: Tape) -> list[Document]:
        """Return all actions in order."""
        return [self._action(tape, index, action) for index, action in enumerate(tape.actions)]

    def _count(self, name: str, person: int, value: int = 1) -> int:
        self._totals[name][person] += value
        return self._totals[name][person]

    def _action(self, tape: Tape, index: int, action: Action) -> Document:
        at = self._start + timedelta(seconds=tape.wall_seconds[index])
        document: Document = {
            "actionNumber": tape.numbers[index],
            "clock": iso_minutes(action.clock),
            "timeActual": at.strftime("%Y-%m-%dT%H:%M:%S.0Z"),
            "period": action.period,
            "periodType": "REGULAR" if action.period <= 4 else "OVERTIME",
        }
        if action.side != NOBODY:
            team = self._teams[action.side]
            document |= {"teamId": team.team_id, "teamTricode": team.tricode}
        document |= {"actionType": action.kind, "subType": action.sub}
        if action.descriptor:
            document["descriptor"] = action.descriptor
        document |= {
            "qualifiers": list(action.qualifiers),
            "personId": action.player,
            "x": None,
            "y": None,
            "possession": 0 if action.possession == NOBODY else self._teams[action.possession].team_id,
            "scoreHome": str(action.home),
            "scoreAway": str(action.away),
            "edited": (at + timedelta(seconds=index % 40)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "orderNumber": (index + 1) * 10_000,
            "isTargetScoreLastPeriod": False,
            "xLegacy": None,
            "yLegacy": None,
            "isFieldGoal": 1 if action.shot is not None else 0,
            "side": None,
        }
        if action.official >= 0:
            document["officialId"] = self._crew[action.official]
        others = self._kind(tape, action, document)
        player = self._players.get(action.player)
        if player is not None:
            document |= {"playerName": player.last, "playerNameI": player.name_initial}
        document["personIdsFilter"] = [person for person in (action.player, *others) if person]
        return document

    def _kind(self, tape: Tape, action: Action, document: Document) -> tuple[int, ...]:
        if action.shot is not None:
            return self._shot(action, document)
        name = self._name(action.player)
        if action.kind == "freethrow":
            return self._free_throw(action, document, name)
        if action.kind == "rebound":
            return self._rebound(tape, action, document, name)
        if action.kind == "turnover":
            label = " ".join(part for part in (action.descriptor, action.sub) if part)
            if action.player:
                document["turnoverTotal"] = self._count("turnover", action.player)
            if action.steal:
                document |= {"stealPlayerName": self._last(action.steal), "stealPersonId": action.steal}
            document["description"] = f"{name or 'TEAM'} {label} TURNOVER"
            return (action.steal,)
        if action.kind == "foul":
            total = self._count("technical" if action.sub == "technical" else "personal", action.player)
            if action.sub != "technical":
                document["foulPersonalTotal"] = total
            if action.drawn:
                document |= {"foulDrawnPlayerName": self._last(action.drawn), "foulDrawnPersonId": action.drawn}
            document["description"] = f"{name} {action.descriptor} {action.sub} FOUL ({total} PF)".replace("  ", " ")
            return (action.drawn,)
        document["description"] = f"{name or 'TEAM'} {action.kind} {action.sub}".strip()
        return ()

    def _shot(self, action: Action, document: Document) -> tuple[int, ...]:
        shot = action.shot
        if shot is None:
            return ()
        is_left = (action.side == HOME) == (action.period <= 2)
        along, across = _HOOP + shot.loc_y, _COURT_WIDTH / 2 + (shot.loc_x if is_left else -shot.loc_x)
        x = along if is_left else _COURT_LENGTH - along
        points = self._count("points", action.player, action.points)
        document |= {
            "x": round(100 * x / _COURT_LENGTH, 6),
            "y": round(100 * across / _COURT_WIDTH, 6),
            "area": shot.area,
            "areaDetail": area_detail(shot),
            "side": "left" if is_left else "right",
            "shotDistance": round(shot.distance, 2),
            "xLegacy": round(10 * shot.loc_x),
            "yLegacy": round(10 * shot.loc_y),
            "shotResult": "Made" if shot.made else "Missed",
        }
        what = f"{round(shot.distance)}' {action.descriptor} {'3PT' if shot.value == 3 else _SHOT_NAMES[action.sub]}"
        name = self._name(action.player)
        if shot.made:
            document["pointsTotal"] = points
            document["description"] = f"{name} {what} ({points} PTS)"
            if action.assist:
                total = self._count("assist", action.assist)
                document |= {
                    "assistPlayerNameInitial": self._name(action.assist),
                    "assistPersonId": action.assist,
                    "assistTotal": total,
                }
                document["description"] += f" ({self._name(action.assist)} {total} AST)"
        else:
            document["description"] = f"MISS {name} {what}" + (" - blocked" if action.block else "")
            if action.block:
                document |= {"blockPlayerName": self._last(action.block), "blockPersonId": action.block}
        return action.assist, action.block

    def _free_throw(self, action: Action, document: Document, name: str) -> tuple[int, ...]:
        points = self._count("points", action.player, action.points)
        document["shotResult"] = "Made" if action.made else "Missed"
        if action.made:
            document["pointsTotal"] = points
        made = f" ({points} PTS)" if action.made else ""
        document["description"] = f"{'' if action.made else 'MISS '}{name} Free Throw {action.sub}{made}"
        return ()

    def _rebound(self, tape: Tape, action: Action, document: Document, name: str) -> tuple[int, ...]:
        document["shotActionNumber"] = tape.numbers[action.shot_index]
        if not action.player:
            document["description"] = f"TEAM {action.sub} REBOUND"
            return ()
        self._count(action.sub, action.player)
        offensive, defensive = (self._totals[kind][action.player] for kind in ("offensive", "defensive"))
        document |= {
            "reboundTotal": offensive + defensive,
            "reboundDefensiveTotal": defensive,
            "reboundOffensiveTotal": offensive,
            "description": f"{name} REBOUND (Off:{offensive} Def:{defensive})",
        }
        return ()

    def _name(self, person: int) -> str:
        player = self._players.get(person)
        return player.name_initial if player else ""

    def _last(self, person: int) -> str:
        player = self._players.get(person)
        return player.last if player else ""
