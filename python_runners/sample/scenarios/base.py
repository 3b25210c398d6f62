"""What every scenario works with."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from python_runners.sample.answers import Answer, Asked, Intervention
from python_runners.sample.league import League
from python_runners.sample.replay import LeagueEvent
from python_runners.sample.schedule import ScheduledGame
from python_runners.sample.sources import Sources

Edit = Callable[[Any], Any]


@dataclass(frozen=True)
class Stage:
    """Where and when a scenario takes place.

    Attributes:
        sources: the sources that will show it.
        game_id: the game that it is about.
        at: the instant from which on it shows; the game's end by default.
    """

    sources: Sources
    game_id: str
    at: datetime | None = None

    @property
    def league(self) -> League:
        """The league."""
        return self.sources.league

    @property
    def game(self) -> ScheduledGame:
        """The game as it is played in the end."""
        return self.league.game(self.game_id)

    @property
    def tip_off(self) -> datetime:
        """Tip-off of the game.

        Raises:
            ValueError: it is undetermined.
        """
        if self.game.tip_off is None:
            raise ValueError(f"{self.game_id}: the tip-off is undetermined")
        return self.game.tip_off

    def when(self, default: datetime) -> datetime:
        """Return the instant that was asked for, else a default."""
        return self.at or default

    def after_game(self, **delay: float) -> datetime:
        """Return the instant that was asked for, else one so long after the end of the game."""
        return self.at or self.league.final_at(self.game_id) + timedelta(**delay)

    def rng(self, name: str) -> Random:
        """Return the scenario's own generator."""
        return self.league.config.rng("scenario", name, self.game_id)

    def intervene(
        self,
        scraper: str,
        change: Callable[[Answer], Answer],
        at: datetime,
        until: datetime | None = None,
        **params: str,
    ) -> None:
        """Change the answers to one scraper whose parameters are as given."""

        def concerns(asked: Asked) -> bool:
            return asked.scraper == scraper and all(asked.params.get(name) == value for name, value in params.items())

        self.sources.interventions.append(Intervention(at, concerns, change, until))


def _nothing(stage: Stage) -> None:
    """Change nothing."""


def _as_planned(stage: Stage, events: list[LeagueEvent]) -> list[LeagueEvent]:
    """Leave the requests as they are."""
    return events


@dataclass(frozen=True)
class Scenario:
    """A named variation.

    Attributes:
        name: how it is called up.
        family: corrections, arrival, games, people, injuries, lines or systems.
        description: what it shows.
        apply: puts it on a stage.
        replan: what becomes of the day's requests, for variations of delivery rather than of content.
    """

    name: str
    family: str
    description: str
    apply: Callable[[Stage], None] = _nothing
    replan: Callable[[Stage, list[LeagueEvent]], list[LeagueEvent]] = _as_planned


def edit_json(edit: Edit) -> Callable[[Answer], Answer]:
    """Return a change of good JSON answers; other answers pass unchanged."""

    def change(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        document = edit(json.loads(answer.body))
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        # A changed body needs a changed tag, or the asker would take it for the content that he has.
        headers = {name: value for name, value in answer.headers.items() if name not in ("ETag", "Last-Modified")}
        return replace(answer, body=body, headers=headers)

    return change


def fixed(status: int, body: bytes = b"") -> Callable[[Answer], Answer]:
    """Return a change into one and the same answer."""
    return lambda answer: Answer(status, body, "text/plain")
