"""What bookmakers expect of players, from past games and reports so far, never from the coming game."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from python_runners.sample.gameplan import PLAN
from python_runners.sample.history import History
from python_runners.sample.injuries import DOUBTFUL, OUT, Availability
from python_runners.sample.league import League
from python_runners.sample.people import Player
from python_runners.sample.schedule import ScheduledGame, tip_off_at

LISTED_A_TEAM = 4
LATE_A_TEAM = 1
SURE_A_TEAM, _LAST_LISTED = 3, 8
_PRIOR_GAMES = 5.0
_WINDOW = 12
_POINTS_A_MINUTE = 0.47
_MEDIAN_OF_MEAN = 0.975
_LEAGUE_POINTS = 114.0
_LOWEST_LINE = 3.5
_REPLACES = 0.045
_SPREAD = 6.3
_POINTS_OF_STRENGTH = 85.0
_TOTAL_PRIOR = 16.0


@dataclass(frozen=True)
class Expectation:
    """What is expected of a player at an instant.

    Attributes:
        player_id: who.
        points: expected points, rounded to nothing.
        minutes: expected minutes.
        is_late: his line opens hours before the tip only.
    """

    player_id: int
    points: float
    minutes: float
    is_late: bool


def event_id(league: League, game_id: str, number: int = 0) -> str:
    """Return the id of the odds feed's event of a game: 32 hex digits that say nothing about it."""
    text = f"{league.config.seed}|{league.config.season_year}|event|{game_id}|{number}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def american(probability: float) -> int:
    """Return the American price of a probability with the bookmaker's margin, in steps of five."""
    implied = min(max(probability * 1.047, 0.05), 0.95)
    price = -100 * implied / (1 - implied) if implied >= 0.5 else 100 * (1 - implied) / implied
    rounded = 5 * round(price / 5)
    return rounded if abs(rounded) >= 100 else -100 if rounded < 0 else 100


def over_probability(expected: float, line: float) -> float:
    """Return the chance of more points than a line, given the expected median."""
    return 0.5 * (1 + math.erf((expected - line) / (max(_SPREAD, 0.42 * expected) * math.sqrt(2))))


class Oddsmaker:
    """Makes the lines of all games."""

    def __init__(self, league: League) -> None:
        """Read the league's past only."""
        self.league = league
        self.history = History(league)
        self._baselines: dict[tuple[int, date], tuple[float, float]] = {}
        self._expected: dict[tuple[str, tuple[int, ...]], list[Expectation]] = {}

    def opening_at(self, game: ScheduledGame, *, is_late: bool) -> datetime:
        """Return when lines of a game open: in the morning, for role players some hours before the tip."""
        rng = self.league.config.rng("opening", game.game_id, is_late)
        tip_off = game.tip_off or tip_off_at(game.game_date, 19)
        if is_late:
            return tip_off - timedelta(minutes=rng.randrange(150, 330))
        morning = tip_off_at(game.game_date, 7) + timedelta(minutes=rng.randrange(0, 90))
        return min(morning, tip_off - timedelta(hours=5, minutes=30))

    def baseline(self, player_id: int, day: date) -> tuple[float, float]:
        """Return points and minutes expected of a player by his past games before a date."""
        key = (player_id, day)
        if key not in self._baselines:
            player = self.league.players[player_id]
            rng = self.league.config.rng("reputation", player_id)
            plan = PLAN[player.rank] if player.rank < len(PLAN) else 0.06
            prior_minutes = 48 * plan
            prior_rate = _POINTS_A_MINUTE * player.skill.usage * max(rng.gauss(1, 0.10), 0.5)
            recent = [game for game in self.history.of_player(player_id, day) if game.seconds > 0][-_WINDOW:]
            weights = [0.93 ** (len(recent) - 1 - index) for index in range(len(recent))]
            seconds = sum(weight * game.seconds for weight, game in zip(weights, recent, strict=True))
            points = sum(weight * game.points for weight, game in zip(weights, recent, strict=True))
            minutes = (seconds / 60 + _PRIOR_GAMES * prior_minutes) / (sum(weights) + _PRIOR_GAMES)
            rate = (points + _PRIOR_GAMES * prior_minutes * prior_rate) / (seconds / 60 + _PRIOR_GAMES * prior_minutes)
            self._baselines[key] = (minutes * rate, minutes)
        return self._baselines[key]

    def allowed_factor(self, team: str, day: date) -> float:
        """Return how many points an opponent scores against a team, relative to the mean, from its past games."""
        past = self.history.of_team(team, day)
        allowed = sum(game.allowed for game in past) + 12 * _LEAGUE_POINTS
        return allowed / ((len(past) + 12) * _LEAGUE_POINTS)

    def _is_out(self, each: Availability, now: datetime) -> bool:
        entry = each.listed_at(now)
        return entry is not None and entry.status in (OUT, DOUBTFUL)

    def expectations(self, game: ScheduledGame, team: str, now: datetime) -> list[Expectation]:
        """Return the players of a team whom books list at an instant, best first; those reported out are missing."""
        instant = min(now, game.tip_off or now)
        roster = list(self.league.squad(game.game_id, team).everybody)
        out = tuple(sorted(each.player.player_id for each in roster if self._is_out(each, instant)))
        key = (f"{game.game_id}|{game.game_date}|{team}", out)
        if key not in self._expected:
            self._expected[key] = self._expect(game, team, roster, set(out))
        return self._expected[key]

    def _expect(self, game: ScheduledGame, team: str, roster: list[Availability], out: set[int]) -> list[Expectation]:
        able = [each.player for each in roster if each.player.player_id not in out and not each.member.is_two_way]
        able.sort(key=lambda player: (-self.baseline(player.player_id, game.game_date)[1], player.player_id))
        regulars = [person for person in out if self.league.players[person].rank < 8]
        missing = sum(self.baseline(person, game.game_date)[1] for person in regulars)
        factor = self.allowed_factor(game.opponent_of(team), game.game_date)
        factor *= 1.008 if team == game.home else 0.992
        factor *= 1 + _REPLACES * min(missing / 30, 3)
        wanted = LISTED_A_TEAM + LATE_A_TEAM
        if self.league.config.rng("shy", game.game_id, team).random() < 0.5:
            wanted -= 1
        found = []
        for place, player in enumerate(self._picked(game, team, able, wanted)):
            points, minutes = self.baseline(player.player_id, game.game_date)
            found.append(Expectation(player.player_id, points * factor, minutes, is_late=place >= LISTED_A_TEAM))
        return found

    def _picked(self, game: ScheduledGame, team: str, able: list[Player], wanted: int) -> list[Player]:
        """Return whom books list: the three regulars with the most minutes, and some of the next five."""
        following = able[SURE_A_TEAM:_LAST_LISTED]
        drawn = self.league.config.rng("listed", game.game_id, team).sample(
            following, min(wanted - SURE_A_TEAM, len(following))
        )
        return able[:SURE_A_TEAM] + [player for player in following if player in drawn]

    def median_points(self, expected: Expectation) -> float:
        """Return the points that he reaches in half of all games: below the mean, for games are skewed."""
        return max(expected.points * _MEDIAN_OF_MEAN - 0.25, _LOWEST_LINE)

    def _reputation(self, team: str) -> float:
        """Return what last season has taught about a team, in points a game: right on the whole, wrong in detail."""
        strength = self.league.strengths[team]
        known = _POINTS_OF_STRENGTH * (strength.offence - strength.defence)
        return 0.85 * known + self.league.config.rng("team reputation", team).gauss(0, 1.5)

    def margin_and_total(self, game: ScheduledGame) -> tuple[float, float]:
        """Return the expected margin of the home team and the expected total, from past results."""
        home, away = game.teams
        margin = 0.0 if game.is_neutral else 2.2
        total = 2 * _LEAGUE_POINTS
        for team, sign in ((home, 1), (away, -1)):
            past = self.history.of_team(team, game.game_date)[-25:]
            reputation = self._reputation(team)
            lead = (sum(result.scored - result.allowed for result in past) + 9 * reputation) / (len(past) + 9)
            margin += sign * lead * 0.9
            scored = sum(result.scored + result.allowed - 2 * _LEAGUE_POINTS for result in past) / max(len(past), 1)
            strength = self.league.strengths[team]
            speed = 2 * _LEAGUE_POINTS * (strength.pace - 1)
            known = _POINTS_OF_STRENGTH * (strength.offence + strength.defence - 2) + speed
            total += (scored * len(past) + _TOTAL_PRIOR * known) / (len(past) + _TOTAL_PRIOR)
        return margin, total
