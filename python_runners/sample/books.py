"""What each bookmaker shows at an instant: lines, prices, ladders, moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from python_runners.sample.actions import Tape
from python_runners.sample.amendments import LineRule
from python_runners.sample.boxscore import box_of
from python_runners.sample.markets import Expectation, Oddsmaker, american, over_probability
from python_runners.sample.names import plain_ascii
from python_runners.sample.schedule import ScheduledGame

BOOKMAKERS: dict[str, str] = {
    "draftkings": "DraftKings",
    "fanduel": "FanDuel",
    "betmgm": "BetMGM",
    "williamhill_us": "Caesars",
    "betonlineag": "BetOnline.ag",
    "bovada": "Bovada",
    "betrivers": "BetRivers",
    "unibet_us": "Unibet",
    "mybookieag": "MyBookie.ag",
}
_LADDERS = {"betrivers": 3, "unibet_us": 3, "bovada": 1}
_LATE_BOOKS = ("draftkings", "fanduel", "betmgm", "bovada")
_OTHER_LINE = 0.10
_MOVES = 0.22
_PRICE_MOVES = 3


@dataclass(frozen=True)
class Price:
    """One line of one player at one book; a side without a price is not offered."""

    player_id: int
    name: str
    line: float
    over: int | None
    under: int | None
    is_main: bool
    updated_at: datetime


def half_point(value: float) -> float:
    """Return the nearest line that cannot end in a push."""
    return float(int(value)) + 0.5


class Books:
    """Everything that bookmakers show about players' points."""

    def __init__(self, maker: Oddsmaker) -> None:
        """Use the expectations of the oddsmaker."""
        self._maker = maker
        self._league = maker.league

    def shown(self, game: ScheduledGame, bookmaker: str, now: datetime) -> list[Price]:
        """Return what a book shows for an event at an instant; nothing before it opens and after the game."""
        if game.tip_off is None or now >= self._league.final_at(game.game_id):
            return []
        prices: list[Price] = []
        for team in game.teams:
            for expected in self._maker.expectations(game, team, now):
                prices.extend(self._of_player(game, bookmaker, expected, now))
        return prices

    def _of_player(self, game: ScheduledGame, book: str, expected: Expectation, now: datetime) -> list[Price]:
        if expected.is_late and book not in _LATE_BOOKS:
            return []
        opening = self._maker.opening_at(game, is_late=expected.is_late)
        if now < opening:
            return []
        rules = [
            rule for rule in self._league.amendments.lines
            if rule.holds(game.game_id, expected.player_id, book, now)
        ]  # fmt: skip
        if any(rule.is_withdrawn for rule in rules):
            return []
        in_play = self._live_points(game, expected, now)
        if in_play is None:
            median = self._maker.median_points(expected)
            line, cents, changed = self._moved(game, book, expected, median, opening, now)
        else:
            median, line, cents, changed = in_play, half_point(in_play), 0, now - timedelta(seconds=20)
        return self._ladder(game, book, expected, median, line, cents, changed, rules)

    def _moved(
        self, game: ScheduledGame, book: str, expected: Expectation, median: float, opening: datetime, now: datetime
    ) -> tuple[float, int, datetime]:
        """Return line, cents and time of the last change: the market moves as one, each book with its own deviation."""
        config = self._league.config
        market = config.rng("moves", game.game_id, expected.player_id)
        own = config.rng("book", game.game_id, expected.player_id, book)
        line = half_point(median)
        if own.random() < _OTHER_LINE:
            line += own.choice((-1.0, 1.0))
        cents, changed = own.choice((-5, 0, 0, 5)), opening
        tip_off = game.tip_off or now
        span = max((tip_off - opening).total_seconds(), 60.0)
        for step, at in _moments(market, opening, span):
            if at <= now:
                line, changed = line + step, at
        for _ in range(_PRICE_MOVES):
            at, change = opening + timedelta(seconds=own.random() * span), own.choice((-5, 5))
            if at <= now:
                cents, changed = cents + change, max(changed, at)
        return max(line, 0.5), cents, changed

    def _ladder(
        self,
        game: ScheduledGame,
        book: str,
        expected: Expectation,
        median: float,
        line: float,
        cents: int,
        changed: datetime,
        rules: list[LineRule],
    ) -> list[Price]:
        steps = _LADDERS.get(book, 0)
        is_one_sided, name = False, self.name_at(expected.player_id)
        for rule in rules:
            line = rule.line if rule.line is not None else line + rule.shift
            cents += rule.price_shift
            steps = max(steps, rule.ladder_steps)
            is_one_sided = is_one_sided or rule.is_one_sided
            name = rule.alias or name
        prices = []
        for step in range(-steps, steps + 1):
            rung = line + step * (1.0 if abs(step) < 2 else 1.5)
            if rung < 0.5 or (step and rung % 1 == 0):
                rung = max(rung + 0.5, 0.5)
            chance = over_probability(median, rung) if step else min(max(over_probability(median, rung), 0.44), 0.56)
            over, under = american(chance + cents / 1000), american(1 - chance - cents / 1000)
            prices.append(
                Price(expected.player_id, name, rung, over, None if is_one_sided else under, step == 0, changed)
            )
        unique = {price.line: price for price in sorted(prices, key=lambda price: price.is_main)}
        return sorted(unique.values(), key=lambda price: price.line)

    def name_at(self, player_id: int) -> str:
        """Return how bookmakers write a name: without diacritics and without the dot of a suffix."""
        return plain_ascii(self._league.players[player_id].name).removesuffix(".")

    def _live_points(self, game: ScheduledGame, expected: Expectation, now: datetime) -> float | None:
        """Return the expected final points of a running game, from what has happened so far; None before the tip."""
        tape: Tape | None = None
        if game.tip_off is not None and now >= game.tip_off:
            tape = self._league.tape_at(game.game_id, now)
        if tape is None or not tape.actions:
            return None
        box = box_of(tape)
        lines = [line for team in box.sides for line in team.lines if line.player_id == expected.player_id]
        so_far = lines[0].counts.points if lines else 0
        left = max(1 - box.elapsed / 2880, 0.0)
        return so_far + expected.points * left


def _moments(rng: Random, opening: datetime, span: float) -> list[tuple[float, datetime]]:
    """Return the moves of the whole market until the tip."""
    moves = []
    while rng.random() < _MOVES:
        moves.append((rng.choice((-1.0, 1.0)), opening + timedelta(seconds=rng.random() * span)))
    return sorted(moves, key=lambda move: move[1])
