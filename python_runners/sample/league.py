"""The league: the one place that the feeds ask what has happened, what will happen, and what is known so far."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from python_runners.sample.actions import Tape
from python_runners.sample.amendments import Amendments
from python_runners.sample.boxscore import box_of
from python_runners.sample.config import LeagueConfig
from python_runners.sample.gameplan import Squad, Strength, draw_strengths, side_setup, squad_of
from python_runners.sample.injuries import Infirmary, fill_squad
from python_runners.sample.lines import Box
from python_runners.sample.people import Cast, Player, draw_cast
from python_runners.sample.rosters import Rosters, TransactionDraw
from python_runners.sample.schedule import ScheduledGame, draw_schedule
from python_runners.sample.simulation import simulate
from python_runners.teams import tricodes

_TAPES_KEPT = 48
SCHEDULED, LIVE, FINAL = 1, 2, 3


class League:
    """A season of the sample league; games are played when somebody asks for them, and always alike."""

    def __init__(self, config: LeagueConfig | None = None) -> None:
        """Create a league; nothing is drawn before it is needed."""
        self.config = config or LeagueConfig()
        self.amendments = Amendments()
        self.version = 0
        self._tapes: OrderedDict[str, Tape] = OrderedDict()
        self._boxes: dict[str, Box] = {}
        self._ends: dict[str, datetime] = {}
        self._squads: dict[tuple[str, str], Squad] = {}

    @classmethod
    def small(cls, teams: int = 4, dates: int = 6, *, seed: int = 7) -> League:
        """Return a league of a few teams that play each other on about so many dates, for fast tests."""
        codes = tricodes()[: teams + teams % 2]
        return cls(LeagueConfig(seed=seed, teams=codes, games_per_team=max(dates // 2 + 1, 2), dates=dates,
                                has_postseason=False, past_transactions=5))  # fmt: skip

    @cached_property
    def cast(self) -> Cast:
        """Everybody who can play."""
        config = self.config
        return draw_cast(
            config.rng("cast"), config.teams, config.season_year, config.standard_players, config.two_way_players
        )

    @cached_property
    def players(self) -> dict[int, Player]:
        """All players by person id."""
        return {player.player_id: player for player in self.cast.everybody}

    @cached_property
    def planned(self) -> dict[str, ScheduledGame]:
        """The schedule as it was published before the season, by game id."""
        return {game.game_id: game for game in draw_schedule(self.config)}

    @cached_property
    def rosters(self) -> Rosters:
        """Rosters and transactions of the season."""
        dates = {(team, game.game_date) for game in self.planned.values() if game.is_determined for team in game.teams}
        draw = TransactionDraw(self.config, self.cast, lambda team, day: (team, day) in dates)
        return Rosters(self.config, self.cast, (*draw.draw(), *self.amendments.transactions))

    @cached_property
    def strengths(self) -> dict[str, Strength]:
        """What each team is worth this season."""
        return draw_strengths(self.config)

    @cached_property
    def _infirmary(self) -> Infirmary:
        return Infirmary(self.config)

    def amended(self) -> None:
        """Forget what was derived, after `amendments` have changed."""
        for name in ("rosters", "dates", "_team_dates"):
            self.__dict__.pop(name, None)
        self.version += 1
        self._tapes.clear()
        self._boxes.clear()
        self._ends.clear()
        self._squads.clear()

    def game(self, game_id: str, now: datetime | None = None) -> ScheduledGame:
        """Return a game as the schedule shows it at `now`, or as it is played in the end when no instant is given.

        Raises:
            KeyError: the schedule has no such game.
        """
        game = self.planned.get(game_id)
        for change in self.amendments.schedule:
            if change.game.game_id == game_id and (now is None or change.at <= now):
                game = change.game
        if game is None:
            raise KeyError(game_id)
        return game

    def schedule(self, now: datetime | None = None) -> list[ScheduledGame]:
        """Return all games as the schedule shows them at `now`, in order of date and id."""
        if not self.amendments.schedule:
            return list(self.planned.values())
        known = [change.game.game_id for change in self.amendments.schedule if now is None or change.at <= now]
        games = [self.game(game_id, now) for game_id in dict.fromkeys([*self.planned, *known])]
        return sorted(games, key=lambda game: (game.game_date, game.game_id))

    def games_on(self, day: date, now: datetime | None = None) -> list[ScheduledGame]:
        """Return the games of a date in order of tip-off; undetermined and cancelled ones are left out."""
        listed = self.schedule(now) if self.amendments.schedule else self._by_date.get(day, [])
        games = [game for game in listed if game.game_date == day and game.is_determined and not game.is_cancelled]
        return sorted(games, key=lambda game: (game.tip_off or datetime.max.replace(tzinfo=UTC), game.game_id))

    @cached_property
    def _by_date(self) -> dict[date, list[ScheduledGame]]:
        found: dict[date, list[ScheduledGame]] = {}
        for game in self.planned.values():
            found.setdefault(game.game_date, []).append(game)
        return found

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The game dates that the demonstration covers."""
        days = sorted({game.game_date for game in self.schedule() if game.is_determined and not game.is_cancelled})
        return tuple(days[: self.config.dates])

    @cached_property
    def _team_dates(self) -> dict[str, list[date]]:
        days: dict[str, list[date]] = {team: [] for team in self.config.teams}
        for game in self.schedule():
            if game.is_determined and not game.is_cancelled:
                for team in game.teams:
                    days[team].append(game.game_date)
        return {team: sorted(found) for team, found in days.items()}

    def is_second_night(self, team: str, day: date) -> bool:
        """Tell whether a team played the day before."""
        days = self._team_dates[team]
        index = bisect_left(days, day)
        return index > 0 and days[index - 1] == day - timedelta(days=1)

    def squad(self, game_id: str, team: str) -> Squad:
        """Return who is available, listed or inactive for a team in a game; known to the league before the tip."""
        key = (game_id, team)
        if key not in self._squads:
            game = self.game(game_id)
            second_night = self.is_second_night(team, game.game_date)
            found = [
                self._infirmary.availability(game, member, is_second_night=second_night)
                for member in self.rosters.on(team, game.game_date)
            ]
            found = fill_squad(found)
            forced = self.amendments.availability
            found = [forced.get((game_id, each.player.player_id), each) for each in found]
            self._squads[key] = squad_of(self.config, game_id, team, found)
        return self._squads[key]

    def submission_at(self, game: ScheduledGame, team: str) -> datetime | None:
        """Return when a team files its first injury report of a game; None when it never does."""
        if (game.game_id, team) in self.amendments.unsubmitted:
            return None
        return self._infirmary.submission_at(game, is_second_night=self.is_second_night(team, game.game_date))

    def tape(self, game_id: str) -> Tape:
        """Return a whole game as it was played, without later corrections.

        Raises:
            ValueError: its teams or its time are not determined.
        """
        if game_id not in self._tapes:
            self._tapes[game_id] = self._play(self.game(game_id))
            if len(self._tapes) > _TAPES_KEPT:
                self._tapes.popitem(last=False)
        self._tapes.move_to_end(game_id)
        return self._tapes[game_id]

    def _play(self, game: ScheduledGame) -> Tape:
        setups = [
            side_setup(
                self.config,
                game.game_id,
                game.game_date,
                self.squad(game.game_id, team),
                self.strengths[team],
                is_home=team == game.home,
                is_neutral=game.is_neutral,
                is_second_night=self.is_second_night(team, game.game_date),
            )
            for team in game.teams
        ]
        return simulate(
            self.config.rng("game", game.game_id),
            setups[0],
            setups[1],
            least_overtimes=self.amendments.overtimes.get(game.game_id, 0),
            has_cameo=True if game.game_id in self.amendments.cameos else None,
        )

    def box(self, game_id: str) -> Box:
        """Return the box score of a whole game, without later corrections."""
        if game_id not in self._boxes:
            self._boxes[game_id] = box_of(self.tape(game_id))
        return self._boxes[game_id]

    def final_at(self, game_id: str) -> datetime:
        """Return the instant at which a game ends."""
        if game_id not in self._ends:
            game = self.game(game_id)
            tip_off = game.tip_off or datetime.combine(game.game_date, time(23), tzinfo=UTC)
            self._ends[game_id] = tip_off + timedelta(seconds=self.tape(game_id).wall_seconds[-1])
        return self._ends[game_id]

    def status(self, game: ScheduledGame, now: datetime) -> int:
        """Return 1, 2 or 3: scheduled, live or final at `now`."""
        if not game.is_determined or game.is_cancelled or game.tip_off is None or now < game.tip_off:
            return SCHEDULED
        if self.game(game.game_id).tip_off != game.tip_off:
            return SCHEDULED
        return FINAL if now >= self.final_at(game.game_id) else LIVE

    def tape_at(self, game_id: str, now: datetime) -> Tape:
        """Return what the play-by-play shows at `now`: the game so far, or the whole with corrections."""
        game = self.game(game_id)
        tape = self.tape(game_id)
        if self.status(game, now) != FINAL and game.tip_off is not None:
            return tape.until((now - game.tip_off).total_seconds())
        for change in self.amendments.tapes:
            if change.game_id == game_id and change.at <= now:
                tape = change.edit(tape)
        return tape

    def box_at(self, game_id: str, now: datetime, feed: str = "cdn_live") -> Box:
        """Return what the box score of a feed shows at `now`, corrections included."""
        is_edited = any(change.game_id == game_id and change.at <= now for change in self.amendments.tapes)
        is_final = self.status(self.game(game_id), now) == FINAL
        box = self.box(game_id) if is_final and not is_edited else box_of(self.tape_at(game_id, now))
        for change in self.amendments.boxes:
            if change.game_id == game_id and change.at <= now and (change.feeds is None or feed in change.feeds):
                box = change.edit(box)
        return replace(box, is_final=is_final)
