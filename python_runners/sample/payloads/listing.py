"""Who a box score lists, in which order, and how it explains those who did not play."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.sample.gameplan import Squad
from python_runners.sample.injuries import ASSIGNED, NEW_ARRIVAL, TWO_WAY, Availability
from python_runners.sample.lines import Counts, PlayerLine, TeamLine
from python_runners.sample.people import Player

DID_NOT_DRESS, NOT_WITH_TEAM, DID_NOT_PLAY = "DND", "NWT", "DNP"
_STARTER_LABELS = ("PG", "SG", "SF", "PF", "C")
_STATS_LABELS = {"PG": "G", "SG": "G", "SF": "F", "PF": "F", "C": "C"}
_CODES = {TWO_WAY: "GLEAGUE_TWOWAY", ASSIGNED: "GLEAGUE_ON_ASSIGNMENT", NEW_ARRIVAL: "NOT_WITH_TEAM", "Rest": "REST"}


@dataclass(frozen=True)
class Listed:
    """One player as a box score lists him.

    Attributes:
        player: who.
        line: what he did; None when he was not on court.
        starting_position: PG to C for a starter, else None.
        remark: DNP, DND or NWT for somebody dressed or listed who did not play; None otherwise.
        reason: why he did not play, in the words of the injury report; empty for the coach's decision.
        is_inactive: he is on the inactive list.
    """

    player: Player
    line: PlayerLine | None
    starting_position: str | None
    remark: str | None
    reason: str
    is_inactive: bool

    @property
    def counts(self) -> Counts:
        """His counts, zeros when he was not on court."""
        return self.line.counts if self.line else Counts()

    @property
    def stats_position(self) -> str:
        """Starting position as the statistics service writes it; empty for the bench."""
        return _STATS_LABELS[self.starting_position] if self.starting_position else ""

    @property
    def comment(self) -> str:
        """The remark as the statistics service and the gamebook write it; empty for somebody who played."""
        if self.remark is None:
            return ""
        return f"{self.remark} - {self.reason or 'Coach' + chr(39) + 's Decision'}"

    @property
    def cdn_reason(self) -> tuple[str | None, str | None]:
        """Code and description of the CDN for somebody who did not play."""
        if not self.is_inactive and self.remark is None:
            return None, None
        prefix = "INACTIVE" if self.is_inactive else str(self.remark)
        category, _, detail = self.reason.partition(" - ")
        if category == "Injury/Illness":
            return f"{prefix}_INJURY", detail
        if category == "Personal Reasons":
            return f"{prefix}_PERSONAL", None
        return f"{prefix}_{_CODES.get(self.reason, 'COACH')}", None


def listing(team: TeamLine, squad: Squad, players: dict[int, Player]) -> list[Listed]:
    """List a team: starters, the bench in order of entry, those who did not play, the inactive."""
    by_size = sorted(team.starters, key=lambda person: (_STARTER_LABELS.index(players[person].position), person))
    labels = dict(zip(by_size, _STARTER_LABELS, strict=True))
    ordered = sorted(team.starters, key=lambda person: ("SF", "PF", "C", "SG", "PG").index(labels[person]))
    listed = [_played(team, players, person, labels[person]) for person in ordered]
    listed += [_played(team, players, line.player_id, None) for line in team.lines if line.player_id not in labels]
    on_court = {each.player.player_id for each in listed}
    for each in squad.available:
        if each.player.player_id not in on_court:
            listed.append(Listed(each.player, None, None, DID_NOT_PLAY, "", False))
    for each in squad.dressed_away:
        if each.player.player_id not in on_court:
            listed.append(Listed(each.player, None, None, _remark(each), each.reason, False))
    for each in squad.inactive:
        if each.player.player_id not in on_court:
            listed.append(Listed(each.player, None, None, None, each.reason, True))
    return listed


def _remark(each: Availability) -> str:
    is_travelling = each.is_late or each.player.player_id % 2 == 0
    return DID_NOT_DRESS if is_travelling else NOT_WITH_TEAM


def _played(team: TeamLine, players: dict[int, Player], person: int, label: str | None) -> Listed:
    return Listed(players[person], team.line_of(person), label, None, "", False)
