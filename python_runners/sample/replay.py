"""What a scheduler asks for on a day, request by request, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_runners.dates import EASTERN, eastern_wall_to_utc, season_label, season_type_of
from python_runners.sample.league import League
from python_runners.sample.markets import event_id
from python_runners.sample.payloads.bettingpros import BettingPros
from python_runners.sample.schedule import ScheduledGame

_DAY_STARTS = 5
_QUARTER_HOUR = timedelta(minutes=15)
_CORRECTIONS_AFTER_DAYS = 3


@dataclass(frozen=True)
class LeagueEvent:
    """One request that a scheduler makes.

    Attributes:
        at: when, UTC.
        scraper: name of the scraper.
        params: its parameters, and those that the parsers of its payload need beside them.
        variant: feed variant where a scraper has several; None for its first one.
    """

    at: datetime
    scraper: str
    params: dict[str, str]
    variant: str | None = None


@dataclass(frozen=True)
class Cadence:
    """How often the sources are asked.

    Attributes:
        odds_hours: hours between two snapshots of the odds.
        has_quarter_hours: injury reports every quarter hour in the three hours before a tip, else hourly.
        scoreboard_minutes: minutes between two looks at the running scoreboard; 0 for none.
        has_rosters: rosters, directory and transactions are read.
        has_secondary: BallDontLie, BigDataBall, ESPN and BettingPros are read.
        has_repeats: box scores and play-by-plays are read again on the next day and after three days.
        stats_variants: variants of the statistics service's box score.
    """

    odds_hours: int = 2
    has_quarter_hours: bool = True
    scoreboard_minutes: int = 15
    has_rosters: bool = True
    has_secondary: bool = True
    has_repeats: bool = True
    stats_variants: tuple[str, ...] = field(default=("stats_v3",))


FULL = Cadence()
LEAN = Cadence(6, False, 0, has_secondary=False, has_repeats=False, stats_variants=())


def events_of(league: League, day: date, cadence: Cadence = FULL) -> list[LeagueEvent]:
    """Return the requests of a league day, which lasts from 05:00 Eastern to 05:00 of the next morning."""
    start, end = _at(day, _DAY_STARTS), _at(day + timedelta(days=1), _DAY_STARTS)
    planner = _Planner(league, day, cadence)
    # Several games can ask for the same list at the same time: one request is enough.
    events = {_key(event): event for event in planner.events() if start <= event.at < end}
    return [events[key] for key in sorted(events)]


def _key(event: LeagueEvent) -> tuple[datetime, str, str, tuple[tuple[str, str], ...]]:
    return event.at, event.scraper, event.variant or "", tuple(sorted(event.params.items()))


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return eastern_wall_to_utc(day, time(hour, minute))


class _Planner:
    """Plans one league day."""

    def __init__(self, league: League, day: date, cadence: Cadence) -> None:
        self._league, self._day, self._cadence = league, day, cadence
        self._games = league.games_on(day)
        self._yesterday = league.games_on(day - timedelta(days=1))
        self._year = str(league.config.season_year)

    def events(self) -> Iterator[LeagueEvent]:
        """Return all requests, in no order."""
        yield from self._directories()
        yield from self._before_games()
        yield from self._markets()
        yield from self._injuries()
        for game in self._games:
            yield from self._after_game(game)
        if self._games:
            yield from self._night()
        for game in self._yesterday:
            yield from self._next_morning(game)
        if self._cadence.has_repeats:
            for game in self._league.games_on(self._day - timedelta(days=_CORRECTIONS_AFTER_DAYS)):
                yield self._box(game, _at(self._day, 6, 20))

    def _event(self, at: datetime, scraper: str, variant: str | None = None, **params: str) -> LeagueEvent:
        return LeagueEvent(at, scraper, params, variant)

    def _game_params(self, game: ScheduledGame) -> dict[str, str]:
        home, away = game.teams
        return {
            "game_id": game.game_id,
            "game_date": game.game_date.isoformat(),
            "home_team": home,
            "away_team": away,
            "game_code": game.code,
            "season_type": season_type_of(game.game_id),
        }

    def _directories(self) -> Iterator[LeagueEvent]:
        day = self._day.isoformat()
        yield self._event(_at(self._day, 5), "nbac_schedule", season_year=self._year)
        if self._games:
            for hour in range(10, 24, 2):
                yield self._event(_at(self._day, hour), "nbac_schedule", season_year=self._year)
        if not self._cadence.has_rosters:
            return
        season = season_label(self._league.config.season_year)
        yield self._event(_at(self._day, 6), "nbac_player_list", season_year=self._year)
        yield self._event(_at(self._day, 7), "nbac_player_movement", season=season)
        for team in self._league.config.teams:
            roster = {"team": team, "roster_date": day, "season_year": self._year, "season": season}
            yield self._event(_at(self._day, 7, 30), "nbac_team_roster", **roster)
            if self._cadence.has_secondary:
                yield self._event(_at(self._day, 8), "espn_roster", **roster)

    def _before_games(self) -> Iterator[LeagueEvent]:
        if self._games:
            for hour, minute in ((9, 30), (11, 0)):
                yield self._event(_at(self._day, hour, minute), "nbac_referees", game_date=self._day.isoformat())

    def _markets(self) -> Iterator[LeagueEvent]:
        if not self._games:
            return
        first = min(game.tip_off for game in self._games if game.tip_off)
        last = max(game.tip_off for game in self._games if game.tip_off)
        instants = []
        at = max(first - timedelta(hours=12), _at(self._day, _DAY_STARTS)).replace(minute=0, second=0)
        while at <= last:
            if at.astimezone(EASTERN).hour >= _DAY_STARTS:
                instants.append(at)
            at += timedelta(hours=self._cadence.odds_hours)
        day = self._day.isoformat()
        for instant in instants:
            yield self._event(instant, "odds_events", game_date=day)
            for game in self._games:
                if game.tip_off and instant < game.tip_off:
                    yield from self._odds(game, instant + timedelta(minutes=1))
        for game in self._games:
            if game.tip_off:
                yield from self._odds(game, game.tip_off - timedelta(minutes=30))
        if self._cadence.has_secondary:
            for hour in (10, 14, 17):
                yield from self._bettingpros(_at(self._day, hour))

    def _odds(self, game: ScheduledGame, at: datetime) -> Iterator[LeagueEvent]:
        params = {
            "game_date": game.game_date.isoformat(),
            "odds_event_id": event_id(self._league, game.game_id),
            "oddsFormat": "american",
        }
        yield self._event(at, "odds_player_props", **params)
        yield self._event(at, "odds_game_lines", **params)

    def _bettingpros(self, at: datetime) -> Iterator[LeagueEvent]:
        for game in self._games:
            if game.tip_off is None:
                continue
            home, away = game.teams
            yield self._event(
                at,
                "bettingpros_props",
                game_date=self._day.isoformat(),
                event_id=str(BettingPros.event_number(game)),
                scheduled=game.tip_off.strftime("%Y-%m-%d %H:%M:%S"),
                home_team=home,
                away_team=away,
            )

    def _injuries(self) -> Iterator[LeagueEvent]:
        if not self._games and not self._league.games_on(self._day + timedelta(days=1)):
            return
        instants = {_at(self._day, hour) for hour in range(9, 22)}
        if self._cadence.has_quarter_hours:
            for game in self._games:
                if game.tip_off:
                    instants |= {game.tip_off - _QUARTER_HOUR * step for step in range(1, 13)}
        for instant in sorted(instants):
            published = instant - (instant - _at(self._day, 0)) % _QUARTER_HOUR
            yield self._event(published + timedelta(minutes=2), "nbac_injury_report", report_at=published.isoformat())

    def _box(self, game: ScheduledGame, at: datetime) -> LeagueEvent:
        return self._event(at, "nbac_live_boxscore", **self._game_params(game))

    def _after_game(self, game: ScheduledGame) -> Iterator[LeagueEvent]:
        end = self._league.final_at(game.game_id)
        params = self._game_params(game)
        yield self._event(end + timedelta(minutes=1), "nbac_scoreboard", "v3", game_date=params["game_date"])
        yield self._box(game, end + timedelta(minutes=2))
        yield self._event(end + timedelta(minutes=3), "nbac_play_by_play", **params)

    def _night(self) -> Iterator[LeagueEvent]:
        """The rest of the night after a slate."""
        tomorrow, day = self._day + timedelta(days=1), self._day.isoformat()
        logs = {"game_date": day, "season_year": self._year}
        for kind in sorted({season_type_of(game.game_id) for game in self._games}):
            yield self._event(_at(self._day, 23, 30), "nbac_player_gamelog", **logs, season_type=kind)
            yield self._event(_at(tomorrow, 1, 30), "nbac_player_gamelog", **logs, season_type=kind)
        for game in self._games:
            for variant in self._cadence.stats_variants:
                yield self._event(_at(tomorrow, 1), "nbac_boxscore_traditional", variant, **self._game_params(game))
            yield self._event(_at(tomorrow, 4), "nbac_gamebook", **self._game_params(game))
        if self._cadence.has_secondary:
            yield self._event(_at(tomorrow, 2), "bdl_box_scores", game_date=day)
        if self._cadence.scoreboard_minutes:
            step = timedelta(minutes=self._cadence.scoreboard_minutes)
            at = min(game.tip_off for game in self._games if game.tip_off) + step
            last = max(self._league.final_at(game.game_id) for game in self._games)
            while at < last:
                yield self._event(at, "nbac_scoreboard", "v3", game_date=day)
                at += step

    def _next_morning(self, game: ScheduledGame) -> Iterator[LeagueEvent]:
        """What is asked the morning after a game."""
        params = self._game_params(game)
        day = params["game_date"]
        yield self._event(_at(self._day, 6), "nbac_scoreboard", "v3", game_date=day)
        yield self._event(_at(self._day, 6, 5), "nbac_player_gamelog", game_date=day, season_year=self._year,
                          season_type=params["season_type"])  # fmt: skip
        for team in game.teams:
            yield self._event(_at(self._day, 6, 30), "nbac_shot_chart", **params, team=team)
        yield self._event(_at(self._day, 9), "nbac_gamebook", **params)
        if self._cadence.has_secondary:
            yield self._event(_at(self._day, 7, 5), "bdl_box_scores", game_date=day)
            for hour in range(7, 14, 2):
                yield self._event(_at(self._day, hour, 10), "bigdataball_pbp", **params)
        if self._cadence.has_repeats:
            for hour in (6, 12):
                yield self._box(game, _at(self._day, hour, 10))
                yield self._event(_at(self._day, hour, 15), "nbac_play_by_play", **params)
