"""The inactive list of a gamebook, where the list of one team can run on into the other's."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from python_runners.errors import InvariantViolated
from python_runners.loaders.parsers.shapes import NULLABLE_TEXT, TEXT, records, text

RUN_ON = "inactive_run_on"

_ENTRY = {"name": TEXT, "team": TEXT}
_NEXT_LIST = re.compile(r"\)\s*Inactive:\s*(?P<team>.+?)\s+-\s+(?P<name>[^(]+?)\s*\((?P<reason>.*)$")


@dataclass(frozen=True)
class Inactive:
    """An entry: the team's full name, the last name with its suffix, the remark."""

    team: str
    name: str
    reason: str | None


def split_inactive(value: Any, dropped: Counter[str]) -> list[Inactive]:
    """Return the entries, those after an "Inactive: <team>" inside a remark under that team.

    The players of the list that was run into then stand twice, there and in their own list: each is kept once and the
    repetition is counted.

    Raises:
        UnknownPayloadShape: no list of entries.
        InvariantViolated: a list runs on into a team that has no list of its own.
    """
    listed = [
        Inactive(team=entry["team"], name=entry["name"].strip(), reason=text(entry.get("reason")))
        for entry in records(value, "inactive_players", _ENTRY, {"reason": NULLABLE_TEXT})
    ]
    teams = {entry.team for entry in listed}
    kept: list[Inactive] = []
    own_team, current_team = "", ""
    for entry in listed:
        if entry.team != own_team:
            own_team = current_team = entry.team
        for part in _parts(entry):
            if part.team != own_team:
                current_team = _full_name(part.team, teams)
            placed = replace(part, team=current_team)
            if placed in kept:
                dropped[RUN_ON] += 1
            else:
                kept.append(placed)
    return kept


def _parts(entry: Inactive) -> list[Inactive]:
    reason = entry.reason or ""
    match = _NEXT_LIST.search(reason)
    if match is None:
        return [entry]
    following = Inactive(team=match["team"], name=match["name"], reason=text(match["reason"].rstrip(")")))
    return [replace(entry, reason=text(reason[: match.start()])), *_parts(following)]


def _full_name(nickname: str, teams: set[str]) -> str:
    owners = [team for team in teams if team == nickname or team.endswith(f" {nickname}")]
    if len(owners) != 1:
        raise InvariantViolated(f"the inactive list runs on into {nickname!r}, which has no list of its own")
    return owners[0]
