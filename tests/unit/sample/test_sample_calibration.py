"""The league looks like the league that it imitates, within tolerances that a slice of a season allows."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median, pstdev

import pytest

from python_runners.dates import EASTERN, eastern_wall_to_utc
from python_runners.sample.actions import Tape
from python_runners.sample.books import BOOKMAKERS, Books
from python_runners.sample.config import LeagueConfig
from python_runners.sample.league import League
from python_runners.sample.lines import PlayerLine, TeamLine
from python_runners.sample.markets import Oddsmaker
from python_runners.sample.payloads.stats_gamelog import possessions
from python_runners.sample.schedule import ScheduledGame, draw_schedule

DATES = 18


@pytest.fixture(scope="module")
def league() -> League:
    return League(LeagueConfig(seed=7, dates=DATES))


@pytest.fixture(scope="module")
def games(league: League) -> list[ScheduledGame]:
    return [game for day in league.dates for game in league.games_on(day)]


@pytest.fixture(scope="module")
def teams(league: League, games: list[ScheduledGame]) -> list[TeamLine]:
    return [team for game in games for team in league.box(game.game_id).sides]


@pytest.mark.parametrize(
    ("name", "mean", "tolerance"),
    [
        ("points", 114, 3),
        ("fg_attempts", 89, 2),
        ("three_attempts", 36, 2),
        ("ft_attempts", 22, 2),
        ("offensive_rebounds", 10.7, 1),
        ("rebounds", 43.6, 1.5),
        ("assists", 26, 1.5),
        ("steals", 7.6, 0.5),
        ("blocks", 4.9, 0.5),
        ("turnovers", 13.2, 0.7),
        ("personal_fouls", 19, 1.2),
    ],
)
def test_team_means(teams: list[TeamLine], name: str, mean: float, tolerance: float) -> None:
    assert fmean(getattr(team.counts, name) for team in teams) == pytest.approx(mean, abs=tolerance)


def test_team_spreads_and_possessions(teams: list[TeamLine]) -> None:
    assert pstdev([team.score for team in teams]) == pytest.approx(13, abs=2)
    pace = [possessions(team) for team in teams]
    assert fmean(pace) == pytest.approx(101, abs=1.5)
    assert pstdev(pace) == pytest.approx(5, abs=1.2)
    assert min(pace) > 80
    assert max(pace) < 150
    assert fmean(team.team_turnovers for team in teams) == pytest.approx(0.7, abs=0.2)


def test_overtimes(league: League, games: list[ScheduledGame]) -> None:
    overtimes = [league.box(game.game_id).overtimes for game in games]
    assert 0.01 <= sum(count > 0 for count in overtimes) / len(games) <= 0.10


def test_shot_mix(teams: list[TeamLine]) -> None:
    attempts = sum(team.counts.fg_attempts for team in teams)
    for zone, share, accuracy in (("paint", 0.49, 0.57), ("mid_range", 0.12, 0.42), ("three", 0.39, 0.365)):
        tried = sum(getattr(team.counts, f"{zone}_attempts") for team in teams)
        made = sum(getattr(team.counts, f"{zone}_makes") for team in teams)
        assert tried / attempts == pytest.approx(share, abs=0.02)
        assert made / tried == pytest.approx(accuracy, abs=0.025)


def test_players(teams: list[TeamLine]) -> None:
    lines: list[PlayerLine] = [line for team in teams for line in team.lines]
    assert len(lines) / len(teams) == pytest.approx(10.6, abs=0.4)
    minutes, points = [line.seconds / 60 for line in lines], [line.counts.points for line in lines]
    assert fmean(minutes) == pytest.approx(22.7, abs=1)
    assert pstdev(minutes) == pytest.approx(11, abs=1)
    assert fmean(points) == pytest.approx(10.6, abs=0.6)
    assert pstdev(points) == pytest.approx(8.9, abs=0.8)
    assert sorted(points)[int(0.99 * len(points))] <= 39


def test_listed_players(league: League, games: list[ScheduledGame]) -> None:
    squads = [league.squad(game.game_id, team) for game in games for team in game.teams]
    dressed = [len(squad.available) + len(squad.dressed_away) for squad in squads]
    assert set(dressed) <= {13, 14, 15}
    assert {len(squad.inactive) for squad in squads} <= set(range(2, 8))
    assert fmean(len(squad.inactive) for squad in squads) == pytest.approx(4.5, abs=1)


def test_report_shares(league: League, games: list[ScheduledGame]) -> None:
    statuses: Counter[str] = Counter()
    for game in games:
        for team in game.teams:
            for each in league.squad(game.game_id, team).everybody:
                entry = each.listed_at(
                    eastern_wall_to_utc(game.game_date, (game.start - timedelta(hours=4)).astimezone(EASTERN).time())
                )
                if entry is not None and entry.status is not None:
                    statuses[entry.status] += 1
    total = sum(statuses.values())
    assert total / len(games) == pytest.approx(12, abs=2)
    expected = {"Out": 0.76, "Questionable": 0.12, "Available": 0.05, "Probable": 0.05, "Doubtful": 0.01}
    for status, share in expected.items():
        assert statuses[status] / total == pytest.approx(share, abs=0.05), status


@pytest.mark.parametrize("seed", [1, 4, 7, 25])
def test_a_regular_season_ends_in_time(seed: int) -> None:
    games = [game for game in draw_schedule(LeagueConfig(seed=seed)) if game.game_id[2] == "2"]
    assert len(games) == 1230
    assert games[-1].game_date <= date(2026, 4, 12)
    for team in LeagueConfig().teams:
        days = {game.game_date.toordinal() for game in games if team in game.teams}
        assert len(days) == 82
        assert not any({day, day + 1, day + 2} <= days for day in days)


def test_schedule_of_a_season() -> None:
    games = [game for game in draw_schedule(LeagueConfig(seed=4)) if game.game_id[2] == "2"]
    per_date = Counter(game.game_date for game in games)
    assert fmean(per_date.values()) == pytest.approx(7.6, abs=0.7)
    assert max(per_date.values()) <= 15
    days: dict[str, list[int]] = {}
    for game in games:
        for team in game.teams:
            days.setdefault(team, []).append(game.game_date.toordinal())
    assert {len(found) for found in days.values()} == {82}
    gaps = Counter(min(b - a, 4) for found in days.values() for a, b in pairwise(found))
    for gap, share in ((1, 0.17), (2, 0.63), (3, 0.15), (4, 0.05)):
        assert gaps[gap] / sum(gaps.values()) == pytest.approx(share, abs=0.04)
    assert all(sum(a <= day < a + 7 for day in found) <= 5 for found in days.values() for a in found)
    ordered = sorted(per_date)
    assert max((b - a).days for a, b in pairwise(ordered)) in range(7, 10)
    hours = Counter(game.start.astimezone(EASTERN).hour for game in games)
    for first, last, share in (
        (12, 16, 0.06),
        (17, 18, 0.06),
        (19, 19, 0.37),
        (20, 20, 0.25),
        (21, 21, 0.10),
        (22, 22, 0.15),
    ):
        found = sum(hours[hour] for hour in range(first, last + 1)) / len(games)
        assert found == pytest.approx(share, abs=0.04), first


def test_lines(league: League, games: list[ScheduledGame]) -> None:
    books = Books(Oddsmaker(league))
    errors: list[float] = []
    overs: list[bool] = []
    spreads: list[float] = []
    appeared = 0
    for game in games[-45:]:
        box = league.box(game.game_id)
        lines = {line.player_id: line for team in box.sides for line in team.lines if line.seconds}
        appeared += len(lines)
        shown: dict[int, list[float]] = {}
        for book in BOOKMAKERS:
            for price in books.shown(game, book, game.start - timedelta(minutes=20)):
                assert price.line % 1 == 0.5 or not price.is_main
                if price.is_main:
                    shown.setdefault(price.player_id, []).append(price.line)
        for player, found in shown.items():
            assert max(found) - min(found) <= 3
            spreads.append(pstdev(found))
            if player in lines:
                errors.append(abs(lines[player].counts.points - found[0]))
                overs.append(lines[player].counts.points > found[0])
    assert len(errors) / appeared == pytest.approx(0.38, abs=0.08)
    assert fmean(errors) == pytest.approx(5.15, abs=0.6)
    assert fmean(overs) == pytest.approx(0.485, abs=0.06)
    assert fmean(spreads) == pytest.approx(0.3, abs=0.15)


def test_game_lines(league: League, games: list[ScheduledGame]) -> None:
    maker = Oddsmaker(league)
    expected = [maker.margin_and_total(game) for game in games[-100:]]
    margins = sorted(abs(margin) for margin, _ in expected)
    assert median(margins) == pytest.approx(5.5, abs=2)
    assert margins[-2] < 20
    assert fmean(total for _, total in expected) == pytest.approx(227, abs=5)
    boxes = [league.box(game.game_id) for game in games[-100:]]
    wrong = [abs(box.home.score + box.away.score - total) for box, (_, total) in zip(boxes, expected, strict=True)]
    assert fmean(wrong) == pytest.approx(14.5, abs=3)


def test_no_line_knows_the_game(league: League, games: list[ScheduledGame]) -> None:
    """A book's lines of a game are made without playing that game or any later one."""
    game = next(game for game in games if game.game_date == league.dates[7])
    short = League(LeagueConfig(seed=7, dates=DATES))
    at = game.start - timedelta(hours=1)
    with_game = Books(Oddsmaker(league)).shown(game, "draftkings", at)
    simulate = short.tape

    def guarded(game_id: str) -> Tape:
        assert short.game(game_id).game_date < game.game_date, "a line has looked at a game that was not over"
        return simulate(game_id)

    # The end of the game is asked for only to see whether it is over.
    short._ends[game.game_id] = game.start + timedelta(hours=2)
    short.tape = guarded  # type: ignore[method-assign]
    maker = Oddsmaker(short)
    assert Books(maker).shown(game, "draftkings", at) == with_game
    assert maker.margin_and_total(game) == Oddsmaker(league).margin_and_total(game)
