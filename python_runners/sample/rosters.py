"""Who belongs to which team on which date, and the transactions behind it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from python_runners.sample.config import LeagueConfig
from python_runners.sample.people import Cast, Player

SIGNING, WAIVE, TRADE, CONVERTED, AWARDED = "Signing", "Waive", "Trade", "ContractConverted", "AwardOnWaivers"
TEN_DAYS = 10
_TRADE_WINDOW = range(22, 107)


@dataclass(frozen=True)
class Transaction:
    """One transaction, effective on its date.

    Attributes:
        day: Eastern date.
        kind: type as the feed names it.
        player: who moves.
        team: team that gives him up (Waive) or takes him.
        counterpart: the other team of a trade; None otherwise.
        contract: words of the description, such as `10-Day Contract`.
        group: number that the rows of one trade share.
    """

    day: date
    kind: str
    player: Player
    team: str
    counterpart: str | None
    contract: str
    group: int


@dataclass(frozen=True)
class Membership:
    """A player is on a roster.

    Attributes:
        player: who.
        since: first date with the team.
        is_two_way: kind of his contract.
        how: how the roster page explains him.
    """

    player: Player
    since: date
    is_two_way: bool
    how: str


class Rosters:
    """The rosters of a season, day by day."""

    def __init__(self, config: LeagueConfig, cast: Cast, transactions: Iterable[Transaction]) -> None:
        """Fold the transactions into rosters; those of one date take effect together."""
        self.transactions = tuple(sorted(transactions, key=lambda move: (move.day, move.group, move.player.player_id)))
        start = config.opening_date - timedelta(days=30)
        current = {
            team: {player.player_id: Membership(player, start, player.is_two_way, _how(player)) for player in players}
            for team, players in cast.by_team.items()
        }
        self._days: dict[str, list[date]] = {team: [start] for team in current}
        self._rosters = {team: [_ordered(members)] for team, members in current.items()}
        expiries = _expiries(self.transactions)
        for day in sorted({move.day for move in self.transactions} | set(expiries)):
            touched: set[str] = set()
            for team, player in expiries.get(day, ()):
                if current[team].pop(player.player_id, None):
                    touched.add(team)
            for move in self.transactions:
                if move.day == day:
                    touched |= _apply(current, move)
            for team in touched:
                self._days[team].append(day)
                self._rosters[team].append(_ordered(current[team]))

    def on(self, team: str, day: date) -> tuple[Membership, ...]:
        """Return the roster of a team on a date, best players first."""
        index = bisect_right(self._days[team], day) - 1
        return self._rosters[team][max(index, 0)]

    def team_of(self, player_id: int, day: date) -> str | None:
        """Return the team of a player on a date; None for a free agent."""
        for team in self._days:
            if any(member.player.player_id == player_id for member in self.on(team, day)):
                return team
        return None


def _how(player: Player) -> str:
    return f"#{player.draft[2]} Pick in {player.draft[0]} Draft" if player.draft else "Signed"


def _ordered(members: dict[int, Membership]) -> tuple[Membership, ...]:
    return tuple(sorted(members.values(), key=lambda m: (m.is_two_way, m.player.rank, m.player.player_id)))


def _expiries(transactions: Iterable[Transaction]) -> dict[date, list[tuple[str, Player]]]:
    ends: dict[date, list[tuple[str, Player]]] = {}
    for move in transactions:
        if move.kind == SIGNING and move.contract == "10-Day Contract":
            ends.setdefault(move.day + timedelta(days=TEN_DAYS), []).append((move.team, move.player))
    return ends


def _apply(current: dict[str, dict[int, Membership]], move: Transaction) -> set[str]:
    player_id = move.player.player_id
    if move.kind == WAIVE:
        current[move.team].pop(player_id, None)
        return {move.team}
    left = {team for team, members in current.items() if player_id in members and team != move.team}
    for team in left:
        del current[team][player_id]
    is_two_way = move.contract == "Two-Way Contract"
    how = f"{f'Traded from {move.counterpart}' if move.counterpart else 'Signed'} on {move.day:%m/%d/%y}"
    current[move.team][player_id] = Membership(move.player, move.day, is_two_way, how)
    return {move.team, *left}


class TransactionDraw:
    """Draws the transactions of a season."""

    def __init__(self, config: LeagueConfig, cast: Cast, plays_on: Callable[[str, date], bool]) -> None:
        """Prepare the draw; `plays_on` tells whether a team has a game on a date."""
        self._config, self._cast, self._plays_on = config, cast, plays_on
        self._rng: Random = config.rng("transactions")
        self._group = 1_200_000
        self._free = list(cast.free_agents)
        self._moved: set[int] = set()
        self._found: list[Transaction] = []

    def draw(self) -> tuple[Transaction, ...]:
        """Return ten-day signings, two-way conversions, waivers and trades, one trade on a game day early on."""
        teams = self._config.teams
        if len(teams) >= 4:
            for number in range(max(len(teams) // 5, 1)):
                self._trade(24 if number == 0 else self._rng.choice(_TRADE_WINDOW), is_game_day=number == 0)
        for _ in range(max(len(teams), 2)):
            self._ten_day(self._rng.randrange(8, 150))
        for _ in range(max(len(teams) // 6, 1)):
            self._replace(self._rng.randrange(10, 120))
            self._convert(self._rng.randrange(15, 130))
        return tuple(self._found)

    def _day(self, offset: int) -> date:
        return self._config.opening_date + timedelta(days=offset)

    def _add(self, offset: int, kind: str, player: Player, team: str, contract: str, other: str | None = None) -> None:
        self._found.append(Transaction(self._day(offset), kind, player, team, other, contract, self._group))

    def _stays(self, team: str, ranks: range) -> list[Player]:
        players = self._cast.by_team[team][ranks.start : ranks.stop]
        return [player for player in players if player.player_id not in self._moved]

    def _trade(self, offset: int, *, is_game_day: bool) -> None:
        one, two = self._rng.sample(self._config.teams, 2)
        if is_game_day:
            offset = next((day for day in range(offset, 60) if self._plays_on(one, self._day(day))), offset)
        mine, theirs = (self._stays(team, range(2, 10)) for team in (one, two))
        if not mine or not theirs:
            return
        self._group += 1
        for team, other, players in ((one, two, theirs), (two, one, mine)):
            player = self._rng.choice(players)
            self._moved.add(player.player_id)
            self._add(offset, TRADE, player, team, "trade", other)

    def _ten_day(self, offset: int) -> None:
        if not self._free:
            return
        self._group += 1
        self._add(offset, SIGNING, self._free.pop(), self._rng.choice(self._config.teams), "10-Day Contract")

    def _replace(self, offset: int) -> None:
        """Waive a player from the end of the bench and sign a free agent, or claim a waived one."""
        team = self._rng.choice(self._config.teams)
        leaving = self._stays(team, range(13, self._config.standard_players))
        if not leaving or not self._free:
            return
        self._moved.add(leaving[0].player_id)
        self._group += 1
        self._add(offset, WAIVE, leaving[0], team, "waived")
        self._group += 1
        kind = AWARDED if self._rng.random() < 0.3 else SIGNING
        self._add(offset, kind, self._free.pop(), team, "Contract")

    def _convert(self, offset: int) -> None:
        team = self._rng.choice(self._config.teams)
        two_way = [player for player in self._cast.by_team[team] if player.is_two_way]
        candidates = [player for player in two_way if player.player_id not in self._moved]
        if candidates:
            self._moved.add(candidates[0].player_id)
            self._group += 1
            self._add(offset, CONVERTED, candidates[0], team, "Contract")
