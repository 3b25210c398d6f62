"""Who is hurt, who rests, who is with the other league, and when the teams say so."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from python_runners.sample.config import LeagueConfig
from python_runners.sample.people import Player
from python_runners.sample.rosters import Membership
from python_runners.sample.schedule import ScheduledGame, tip_off_at

OUT, DOUBTFUL, QUESTIONABLE, PROBABLE, AVAILABLE = "Out", "Doubtful", "Questionable", "Probable", "Available"
SMALLEST_SQUAD = 9
TWO_WAY, ASSIGNED = "G League - Two-Way", "G League - On Assignment"
NEW_ARRIVAL = "Not With Team"

_PARTS = (
    "Left Ankle; Sprain",
    "Right Ankle; Sprain",
    "Left Knee; Soreness",
    "Right Knee; Effusion",
    "Left Hamstring; Strain",
    "Right Hamstring; Tightness",
    "Low Back; Spasm",
    "Left Calf; Strain",
    "Right Achilles; Tendinopathy",
    "Left Wrist; Sprain",
    "Right Shoulder; Impingement",
    "N/a; Illness",
    "Concussion Protocol; N/a",
    "Left Foot; Plantar Fasciitis",
    "Right Groin; Strain",
    "Left Quad; Contusion",
    "Right Thumb; Ligament Sprain",
    "Left Hip Flexor; Strain Recovery Protocol",
)
_MEAN_HEALTHY_DAYS = 92.0
_TWO_WAY_AWAY = 0.88
_ASSIGNED = 0.22
_FIRST_RANK_ASSIGNED = 12
# Chance, for a healthy player and game, of being listed so in the first report.
_LISTED = ((QUESTIONABLE, 0.05), (PROBABLE, 0.025), (AVAILABLE, 0.022), (DOUBTFUL, 0.004))
_PLAYS = {QUESTIONABLE: 0.55, PROBABLE: 0.94, AVAILABLE: 1.0, DOUBTFUL: 0.06}
_SILENT_SCRATCH = 0.15
_UPGRADE_AFTER_OUT = 0.004
_RESTS_ON_SECOND_NIGHT = 0.012


@dataclass(frozen=True)
class Entry:
    """From `at` on the report lists a player so; a status of None takes him off the report."""

    at: datetime
    status: str | None
    reason: str


@dataclass(frozen=True)
class Availability:
    """What becomes of a player for one game.

    Attributes:
        member: who.
        plays: he can play; whether he is used is the coach's decision.
        entries: what the reports say, in order of time; empty for somebody who is never listed.
        reason: why he cannot play, as the report words it; empty when he can.
        is_late: he was scratched after the last report.
    """

    member: Membership
    plays: bool
    entries: tuple[Entry, ...]
    reason: str
    is_late: bool = False

    @property
    def player(self) -> Player:
        """The player."""
        return self.member.player

    def listed_at(self, instant: datetime) -> Entry | None:
        """Return what a report made at `instant` says; None when he is not listed."""
        index = bisect_right([entry.at for entry in self.entries], instant) - 1
        entry = self.entries[index] if index >= 0 else None
        return entry if entry is not None and entry.status is not None else None


@dataclass(frozen=True)
class _Absence:
    first: date
    last: date
    reason: str


class Infirmary:
    """Draws absences once a player and season, and what they mean once a player and game."""

    def __init__(self, config: LeagueConfig) -> None:
        """Use the generator of the league."""
        self._config = config
        self._absences: dict[int, list[_Absence]] = {}

    def submission_at(self, game: ScheduledGame, *, is_second_night: bool) -> datetime:
        """Return when a team files its first report: 17:00 the day before, 13:00 of the day on a second night."""
        if is_second_night:
            return tip_off_at(game.game_date, 10 if _is_matinee(game) else 13)
        return tip_off_at(game.game_date - timedelta(days=1), 17)

    def availability(self, game: ScheduledGame, member: Membership, *, is_second_night: bool) -> Availability:
        """Return what becomes of a player for a game; it hangs on nothing that the game brings."""
        rng = self._config.rng("status", game.game_id, member.player.player_id)
        filed = self.submission_at(game, is_second_night=is_second_night)
        if member.since == game.game_date and "Traded" in member.how:
            return _away(member, filed, NEW_ARRIVAL)
        if member.is_two_way:
            draw = rng.random()
            return _away(member, filed, TWO_WAY) if draw < _TWO_WAY_AWAY else Availability(member, True, (), "")
        absence = self._absence_on(member.player, game.game_date)
        if absence is not None:
            return _hurt(rng, member, game, filed, absence)
        if member.player.rank >= _FIRST_RANK_ASSIGNED and rng.random() < _ASSIGNED:
            return _away(member, filed, ASSIGNED)
        if is_second_night and member.player.rank < 3 and rng.random() < _RESTS_ON_SECOND_NIGHT:
            return _away(member, filed, "Rest")
        return _listed(rng, member, game, filed)

    def _absence_on(self, player: Player, day: date) -> _Absence | None:
        absences = self._absences.get(player.player_id)
        if absences is None:
            absences = self._absences[player.player_id] = _draw_absences(
                self._config.rng("absences", player.player_id), player, self._config.opening_date
            )
        return next((absence for absence in absences if absence.first <= day <= absence.last), None)


def fill_squad(found: list[Availability]) -> list[Availability]:
    """Return a squad with at least nine players: who is merely listed or rested plays after all."""
    missing = SMALLEST_SQUAD - sum(each.plays for each in found)
    filled = []
    for each in found:
        if missing > 0 and not each.plays:
            missing -= 1
            each = Availability(each.member, True, (), "")
        filled.append(each)
    return filled


def _is_matinee(game: ScheduledGame) -> bool:
    return game.tip_off is not None and game.tip_off <= tip_off_at(game.game_date, 15)


def _away(member: Membership, filed: datetime, reason: str) -> Availability:
    return Availability(member, False, (Entry(filed, OUT, reason),), reason)


def _draw_absences(rng: Random, player: Player, opening: date) -> list[_Absence]:
    absences: list[_Absence] = []
    offset = rng.expovariate(player.fragility / _MEAN_HEALTHY_DAYS) - 12
    while offset < 220:
        draw = rng.random()
        days = rng.randrange(1, 6) if draw < 0.55 else rng.randrange(7, 21) if draw < 0.85 else rng.randrange(21, 70)
        first = opening + timedelta(days=round(offset))
        reason = "Personal Reasons" if rng.random() < 0.03 else f"Injury/Illness - {rng.choice(_PARTS)}"
        absences.append(_Absence(first, first + timedelta(days=days - 1), reason))
        offset += days + 1 + rng.expovariate(player.fragility / _MEAN_HEALTHY_DAYS)
    return absences


def _minutes_before(rng: Random, game: ScheduledGame, least: int, most: int) -> datetime:
    tip_off = game.tip_off or tip_off_at(game.game_date, 19)
    return tip_off - timedelta(minutes=rng.randrange(least, most))


def _hurt(rng: Random, member: Membership, game: ScheduledGame, filed: datetime, absence: _Absence) -> Availability:
    """Out from the start, or, in a fresh or ending absence, after some doubt."""
    entries = [Entry(filed, OUT, absence.reason)]
    is_edge = game.game_date in (absence.first, absence.last)
    if is_edge and rng.random() < 0.35:
        status = rng.choice((QUESTIONABLE, QUESTIONABLE, DOUBTFUL))
        later = max(_minutes_before(rng, game, 70, 400), filed + timedelta(minutes=30))
        entries = [Entry(filed, status, absence.reason), Entry(later, OUT, absence.reason)]
    elif game.game_date == absence.last and rng.random() < _UPGRADE_AFTER_OUT:
        return Availability(member, True, tuple(entries), "")
    return Availability(member, False, tuple(entries), absence.reason)


def _listed(rng: Random, member: Membership, game: ScheduledGame, filed: datetime) -> Availability:
    draw = rng.random()
    status = None
    for name, share in _LISTED:
        if draw < share:
            status = name
            break
        draw -= share
    if status is None:
        return Availability(member, True, (), "")
    reason = f"Injury/Illness - {rng.choice(_PARTS)}"
    plays = rng.random() < _PLAYS[status]
    first = Entry(filed, status, reason)
    found = Availability(member, plays, (first,), "" if plays else reason)
    if status not in (QUESTIONABLE, DOUBTFUL):
        return replace(found, is_late=not plays)
    if not plays and status == QUESTIONABLE and rng.random() < _SILENT_SCRATCH:
        return replace(found, is_late=True)
    if plays and status == QUESTIONABLE and rng.random() < 0.3:
        return found
    later = max(_minutes_before(rng, game, 40, 300), filed + timedelta(minutes=30))
    return replace(found, entries=(first, Entry(later, AVAILABLE if plays else OUT, reason)))
