"""Determinism, calendar, people and the plan of a day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from python_runners.dates import EASTERN, eastern_date
from python_runners.identity import player_lookup, player_lookup_base
from python_runners.sample.clock import LeagueClock
from python_runners.sample.config import LeagueConfig
from python_runners.sample.league import League
from python_runners.sample.names import SPECIAL_NAMES, plain_ascii
from python_runners.sample.pdf import Text, write_pdf
from python_runners.sample.places import home_arena, neutral_site
from python_runners.sample.replay import FULL, LEAN, events_of
from python_runners.sample.report_names import report_instant, report_name
from python_runners.sample.schedule import draw_schedule
from python_runners.teams import tricodes
from tests.unit.sample.harness import Harness


def bodies(seed: int) -> list[bytes]:
    harness = Harness(League.small(6, 6, seed=seed))
    return [harness.fetch(event).body for event in events_of(harness.league, harness.league.dates[2], LEAN)]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    assert bodies(3) == bodies(3)
    assert bodies(3) != bodies(4)


def test_a_game_does_not_hang_on_the_order_of_asking() -> None:
    forwards, backwards = League.small(6, 6), League.small(6, 6)
    ids = list(forwards.planned)
    first = {game_id: forwards.box(game_id) for game_id in ids}
    second = {game_id: backwards.box(game_id) for game_id in reversed(ids)}
    assert first == second


def test_a_played_tape_is_rebuilt_alike_after_it_was_forgotten() -> None:
    league = League(LeagueConfig(dates=9))
    ids = [game.game_id for day in league.dates for game in league.games_on(day)]
    first = league.tape(ids[0])
    for game_id in ids[1:]:
        league.tape(game_id)
    assert league.tape(ids[0]) is not first
    assert league.tape(ids[0]) == first


def test_a_season_contains_what_calendars_get_wrong() -> None:
    games = [game for game in draw_schedule(LeagueConfig()) if game.is_determined]
    offsets = {game.start.astimezone(EASTERN).utcoffset() for game in games}
    assert offsets == {timedelta(hours=-4), timedelta(hours=-5)}
    assert any(game.start.date() != game.game_date for game in games)
    assert any(game.start.date() == game.game_date for game in games)
    assert all(eastern_date(game.start) == game.game_date for game in games)
    days = {game.game_date for game in games}
    span = (max(days) - min(days)).days + 1
    assert span - len(days) >= 6
    assert Counter(game.is_neutral for game in games)[True] == 1
    slots = [game for game in draw_schedule(LeagueConfig()) if not game.is_determined]
    assert {game.game_id[2] for game in slots} == {"4", "5", "6"}


def test_every_team_has_a_home_and_neutral_sites_exist() -> None:
    homes = [home_arena(team) for team in tricodes()]
    sites = [neutral_site(name) for name in ("las_vegas", "mexico_city", "paris")]
    assert len({arena.arena_id for arena in homes + sites}) == 33
    assert {ZoneInfo(arena.time_zone).key for arena in homes} >= {"America/New_York", "America/Los_Angeles"}
    assert home_arena("TOR").country == "CA"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_people_are_told_apart(seed: int) -> None:
    cast = League(LeagueConfig(seed=seed)).cast
    people = cast.everybody
    assert len({player.player_id for player in people}) == len(people)
    assert min(player.player_id for player in people) > 9_000_000
    assert len({player_lookup(player.name) for player in people}) == len(people)
    assert len({player_lookup_base(player.name) for player in people}) == len(people)
    lookups = {player_lookup(player.name) for player in people}
    assert {player_lookup(f"{first} {last}") for first, last in SPECIAL_NAMES} <= lookups
    namesakes = [team for team, players in cast.by_team.items()
                 if max(Counter(player_lookup_base(player.last) for player in players).values()) > 1]  # fmt: skip
    assert len(namesakes) == 10
    assert all(player_lookup(plain_ascii(player.name)) == player_lookup(player.name) for player in people)


def test_transactions_keep_everybody_on_one_team() -> None:
    league = League(LeagueConfig(seed=2))
    kinds = Counter(move.kind for move in league.rosters.transactions)
    assert kinds["Trade"] >= 2
    assert {"Signing", "Waive", "ContractConverted"} <= set(kinds)
    for offset in range(0, 160, 9):
        day = league.config.opening_date + timedelta(days=offset)
        people = [m.player.player_id for team in tricodes() for m in league.rosters.on(team, day)]
        assert len(people) == len(set(people))
        assert all(len(league.rosters.on(team, day)) >= 15 for team in tricodes())


def test_a_day_is_planned_in_order_and_within_its_bounds() -> None:
    league = League.small(6, 6)
    day = league.dates[3]
    events = events_of(league, day, FULL)
    instants = [event.at for event in events]
    assert instants == sorted(instants)
    assert len({(event.at, event.scraper, event.variant, str(event.params)) for event in events}) == len(events)
    local = [instant.astimezone(EASTERN) for instant in (instants[0], instants[-1])]
    assert local[0].date() == day
    assert (local[0].hour, local[1] - local[0] < timedelta(hours=24)) == (5, True)
    finals = [league.final_at(game.game_id) for game in league.games_on(day)]
    boxes = [event.at for event in events if event.scraper == "nbac_live_boxscore"]
    assert all(any(end < at for at in boxes) for end in finals)


def test_a_day_without_games_is_quiet() -> None:
    league = League.small(4, 4)
    day = league.config.opening_date - timedelta(days=10)
    scrapers = {event.scraper for event in events_of(league, day)}
    assert scrapers == {"nbac_schedule", "nbac_player_list", "nbac_player_movement", "nbac_team_roster", "espn_roster"}


@pytest.mark.parametrize(
    ("day", "name"), [(date(2025, 11, 5), "2025-11-05_05PM"), (date(2026, 1, 5), "2026-01-05_05_15PM")]
)
def test_report_names(day: date, name: str) -> None:
    instant = report_instant(name)
    assert eastern_date(instant) == day
    assert report_name(instant) == name


def test_a_clock_moves_only_when_told() -> None:
    league = League.small(4, 4)
    start = league.games_on(league.dates[0])[0].start
    clock = LeagueClock(start)
    assert clock() == start
    clock.advance(timedelta(hours=1))
    assert clock() - start == timedelta(hours=1)


def test_a_pdf_is_deterministic_and_escapes_brackets() -> None:
    page = [Text(10, 20, "A (b) \\ c")]
    body = write_pdf([page, page], 200, 100)
    assert body == write_pdf([page, page], 200, 100)
    assert body.startswith(b"%PDF")
    assert b"A \\(b\\) \\\\ c" in body
    assert body.count(b"/Type /Page ") == 2
