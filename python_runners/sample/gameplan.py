"""How a team comes into a game: who is dressed, who starts, how long the coach means everybody to play."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import fmean

from python_runners.sample.bench import Dressed, SideSetup
from python_runners.sample.config import LeagueConfig
from python_runners.sample.injuries import TWO_WAY, Availability

# Share of the game by depth among the available players.
PLAN = (0.735, 0.695, 0.65, 0.61, 0.56, 0.49, 0.42, 0.35, 0.25)
_TENTH_MAN = 0.14
_TENTH_MAN_CHANCE = 0.55
_FEWEST_LISTED, _MOST_DRESSED = 13, 15
_LISTED_THOUGH_AWAY = 0.2
_HOME_EDGE = 0.014
_SECOND_NIGHT = -0.008
_USAGE_SPREAD, _FORM_SPREAD, _PLAN_SPREAD = 0.11, 0.025, 0.07
_TREND = 0.09
_STRENGTH_SPREAD, _PACE_SPREAD, _PACE_OF_DAY = 0.05, 0.021, 0.005


@dataclass(frozen=True)
class Squad:
    """A team's people for one game.

    Attributes:
        team: tricode.
        available: who can play, best first; the first five start.
        dressed_away: who cannot play but is on the active list all the same (DND and NWT remarks).
        inactive: who is on the inactive list.
    """

    team: str
    available: tuple[Availability, ...]
    dressed_away: tuple[Availability, ...]
    inactive: tuple[Availability, ...]

    @property
    def everybody(self) -> tuple[Availability, ...]:
        """The whole roster of the day."""
        return self.available + self.dressed_away + self.inactive


def squad_of(config: LeagueConfig, game_id: str, team: str, found: list[Availability]) -> Squad:
    """Split a roster into available, listed and inactive players."""
    rng = config.rng("squad", game_id, team)
    able = [each for each in found if each.plays]
    available, surplus = able[:_MOST_DRESSED], able[_MOST_DRESSED:]
    listed: list[Availability] = []
    inactive = list(surplus)
    for each in found:
        if each.plays:
            continue
        size = len(available) + len(listed)
        wants_list = each.is_late or rng.random() < _LISTED_THOUGH_AWAY or size < _FEWEST_LISTED
        has_room = size < _MOST_DRESSED and each.reason != TWO_WAY
        (listed if wants_list and has_room else inactive).append(each)
    return Squad(team, tuple(available), tuple(listed), tuple(inactive))


@dataclass(frozen=True)
class Strength:
    """What a team is worth this season: factors on its own and on its opponents' accuracy, and on the speed of play."""

    offence: float
    defence: float
    pace: float


def draw_strengths(config: LeagueConfig) -> dict[str, Strength]:
    """Draw every team's offence, defence and pace for the season; the league's means are 1."""
    drawn = {}
    for team in config.teams:
        rng = config.rng("strength", team)
        drawn[team] = [rng.gauss(0, spread) for spread in (_STRENGTH_SPREAD, _STRENGTH_SPREAD, _PACE_SPREAD)]
    means = [fmean(values) for values in zip(*drawn.values(), strict=True)]
    return {
        team: Strength(*(1 + value - mean for value, mean in zip(values, means, strict=True)))
        for team, values in drawn.items()
    }


def _trend(rng: Random, opening: date, day: date) -> float:
    """Slow wave of a player's role over the season."""
    length, phase = rng.uniform(35, 95), rng.uniform(0, 2 * math.pi)
    return 1 + _TREND * math.sin(2 * math.pi * (day - opening).days / length + phase)


def side_setup(
    config: LeagueConfig, game_id: str, day: date, squad: Squad, strength: Strength, *, is_home: bool, is_neutral: bool,
    is_second_night: bool,
) -> SideSetup:  # fmt: skip
    """Turn a squad into the setup of a game: minutes planned, today's form, strength."""
    rng = config.rng("plan", game_id, squad.team)
    plans = [*PLAN, _TENTH_MAN if rng.random() < _TENTH_MAN_CHANCE else 0.0]
    dressed = []
    for index, each in enumerate(squad.available):
        player = each.player
        plan = plans[index] if index < len(plans) else 0.0
        plan *= max(rng.gauss(1, _PLAN_SPREAD + 0.02 * index), 0.3)
        trend = _trend(config.rng("trend", player.player_id), config.opening_date, day)
        usage = player.skill.usage * trend * max(rng.gauss(1, _USAGE_SPREAD), 0.3)
        dressed.append(Dressed(player, plan, usage, max(rng.gauss(1, _FORM_SPREAD), 0.7)))
    total = sum(each.plan for each in dressed)
    scaled = tuple(Dressed(each.player, min(each.plan * 5 / total, 0.93), each.usage, each.form) for each in dressed)
    venue = 0.0 if is_neutral else _HOME_EDGE if is_home else -_HOME_EDGE
    return SideSetup(
        team=squad.team,
        dressed=scaled,
        defence=strength.defence,
        pace=strength.pace * max(rng.gauss(1, _PACE_OF_DAY), 0.93),
        edge=strength.offence + venue + (_SECOND_NIGHT if is_second_night else 0.0),
    )
