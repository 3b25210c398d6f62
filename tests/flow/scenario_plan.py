"""Where in the season each scenario takes place, and what is asked when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from python_runners.dates import EASTERN, eastern_wall_to_utc
from python_runners.sample.config import LeagueConfig
from python_runners.sample.league import League
from python_runners.sample.replay import LEAN, LeagueEvent, events_of
from python_runners.sample.scenarios import SCENARIOS, Stage
from python_runners.sample.scenarios.people import best_player
from python_runners.sample.sources import Sources

LAST_DAY = date(2025, 11, 13)
PLAIN_DATES = 8
_ROSTER_DATES = frozenset({0, 4, 8, 11, 12, 13})
# Reading a report takes longest of all requests: without a scenario about injuries one a day is enough.
_REPORT_HOUR = 17
_REPORT_HOURS = frozenset({11, 12, 16, 17, 18})
_FIRST_INJURY_DATE = 7
_CORRECTED_AFTER = timedelta(hours=34)


def config() -> LeagueConfig:
    """Twelve teams on fourteen dates, daylight saving's end and postseason slots included."""
    return replace(League.small(12, 14, seed=21).config, has_postseason=True)


@dataclass(frozen=True)
class Place:
    """A game by date number and position in the order of tips; `hours` after its end from when on it shows."""

    day: int
    game: int
    hours: float | None = None


# Whoever is compared with the undisturbed season stands before the games that scenarios let end otherwise.
PLACES = {
    "whole_number_push": Place(0, 0),
    "one_sided": Place(0, 1),
    "box_missing": Place(0, 1),
    "minutes_corrected": Place(1, 0, 34),
    "points_corrected": Place(1, 1, 34),
    "assist_moved": Place(1, 2, 34),
    "late_stat_correction": Place(1, 3),
    "opens_late": Place(1, 0),
    "moves_half_a_point": Place(1, 1),
    "moves_a_point": Place(1, 2),
    "price_only_move": Place(13, 2),
    "duplicate_deliveries": Place(2, 0),
    "player_removed": Place(3, 0, 34),
    "play_by_play_edited": Place(3, 1, 34),
    "same_bytes_again": Place(3, 2, 34),
    "other_key_order": Place(3, 3, 34),
    "withdrawn_and_back": Place(3, 0),
    "alternate_ladder": Place(3, 1),
    "in_play_snapshots": Place(3, 2),
    "snapshot_loaded_late": Place(3, 3),
    "two_events_of_a_pair": Place(3, 4),
    "back_fill": Place(3, 4),
    "box_after_gamebook": Place(4, 0),
    "book_stops": Place(4, 0),
    "truncated_file": Place(5, 0, 34),
    "unknown_wrapper_key": Place(5, 1, 34),
    "known_key_of_other_type": Place(5, 2, 34),
    "results_out_of_order": Place(5, 3),
    "scoreboard_row_twice": Place(5, 3),
    "play_by_play_late": Place(6, 0),
    "play_by_play_never": Place(6, 1),
    "no_line_all_day": Place(6, 0),
    "no_event_all_day": Place(6, 1),
    "empty_list_on_game_day": Place(6, 1),
    "two_week_absence": Place(6, 1),
    "upgrade_after_out": Place(7, 0),
    "player_unlisted": Place(7, 1),
    "clock_an_hour_off": Place(7, 2, -20),
    "source_down": Place(7, 0),
    "report_not_published": Place(8, 0),
    "throttled": Place(8, 0),
    "overtime": Place(8, 0),
    "double_overtime": Place(8, 1),
    "neutral_site": Place(8, 2),
    "late_scratch": Place(9, 0),
    "alias_of_one_book": Place(9, 1),
    "hanging": Place(9, 1),
    "team_not_submitted": Place(10, 0),
    "event_rescheduled": Place(10, 0),
    "cancellation": Place(10, 1),
    "undetermined_game": Place(10, 2),
    "permission_denied": Place(10, 0),
    "zero_seconds": Place(10, 2),
    "two_way_converted": Place(11, 0),
    "ends_after_midnight": Place(11, 0),
    "unknown_player": Place(11, 1),
    "trade_on_game_day": Place(13, 2),
    "ten_day_signing": Place(12, 1),
    "two_way_signing": Place(12, 2),
    "postponement": Place(13, 0),
    "upgrade": Place(13, 1),
    "downgrade": Place(13, 2),
    "schema_change": Place(13, 1),
    "cup_final": Place(13, 1),
    "play_in": Place(13, 1),
}


def stages_of(sources: Sources) -> tuple[dict[str, Stage], dict[str, int]]:
    """Put every scenario but the back-fill on its place; return the stages, and who was the best home player there."""
    league = sources.league
    slates = [league.games_on(day) for day in league.dates]
    stages: dict[str, Stage] = {}
    for name, place in PLACES.items():
        game_id = slates[place.day][place.game].game_id
        at = None if place.hours is None else league.final_at(game_id) + timedelta(hours=place.hours)
        if name == "hanging":
            at = eastern_wall_to_utc(league.dates[place.day], time(23, 20))
        if name == "price_only_move":
            at = noon_of_the_last_date(league)
        stages[name] = Stage(sources, game_id, at)
    stars = {name: best_player(stage).player.player_id for name, stage in stages.items()}
    for name, stage in stages.items():
        if name != "back_fill":
            SCENARIOS[name].apply(stage)
    return stages, stars


def noon_of_the_last_date(league: League) -> datetime:
    """The instant at which the first build is made: the last slate is on, nothing of it has been played."""
    return eastern_wall_to_utc(config_dates(league)[-1], time(13))


def config_dates(league: League) -> tuple[date, ...]:
    """The fourteen dates as they were planned, whatever scenarios moved."""
    days = sorted({game.game_date for game in league.planned.values() if game.is_determined})
    return tuple(days[: league.config.dates])


def requests(
    league: League, first: date, last: date, replan: Callable[[date, list[LeagueEvent]], list[LeagueEvent]]
) -> Iterator[LeagueEvent]:
    """Yield what is asked from one day to another, both included, thinned to what the tables need."""
    days = config_dates(league)
    rosters = {days[number] for number in _ROSTER_DATES if number < len(days)}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        has_rosters = day in rosters or day > days[-1]
        hours = _REPORT_HOURS if day >= days[_FIRST_INJURY_DATE] else {_REPORT_HOUR}
        events = [event for event in events_of(league, day, LEAN) if _is_wanted(event, has_rosters, hours)]
        yield from replan(day, events)


def _is_wanted(event: LeagueEvent, has_rosters: bool, report_hours: Set[int]) -> bool:
    hour = event.at.astimezone(EASTERN).hour
    if event.scraper == "nbac_schedule":
        return hour in (5, 12)
    if event.scraper == "nbac_team_roster":
        return has_rosters
    if event.scraper == "nbac_injury_report":
        return hour in report_hours
    return True


def about(league: League, scraper: str, game_id: str, at: datetime, **extra: str) -> LeagueEvent:
    """Return a request about one game."""
    game = league.game(game_id)
    home, away = game.teams
    params = {
        "game_id": game_id,
        "game_date": game.game_date.isoformat(),
        "home_team": home,
        "away_team": away,
        "game_code": game.code,
        "season_type": "regular",
        "season_year": str(league.config.season_year),
    }
    return LeagueEvent(at, scraper, params | extra)


_AGAIN = {
    "minutes_corrected": ("nbac_live_boxscore",),
    "points_corrected": ("nbac_live_boxscore", "nbac_play_by_play", "nbac_player_gamelog", "nbac_gamebook"),
    "assist_moved": ("nbac_live_boxscore", "nbac_play_by_play", "nbac_player_gamelog", "nbac_gamebook"),
    "late_stat_correction": ("nbac_live_boxscore", "nbac_play_by_play", "nbac_player_gamelog", "nbac_gamebook"),
    "player_removed": ("nbac_live_boxscore",),
    "play_by_play_edited": ("nbac_play_by_play",),
    "same_bytes_again": ("nbac_live_boxscore",),
    "other_key_order": ("nbac_live_boxscore",),
    "box_after_gamebook": ("nbac_live_boxscore",),
    "box_missing": ("nbac_live_boxscore",),
    "truncated_file": ("nbac_live_boxscore",),
    "unknown_wrapper_key": ("nbac_live_boxscore",),
    "known_key_of_other_type": ("nbac_live_boxscore",),
    "play_by_play_late": ("nbac_play_by_play",),
    "play_by_play_never": ("nbac_play_by_play",),
}


def asked_again(stages: dict[str, Stage]) -> Iterator[tuple[str, LeagueEvent]]:
    """Yield the requests of the second wave, two days after each game, with the scenario they belong to."""
    for name, scrapers in _AGAIN.items():
        stage = stages[name]
        at = stage.league.final_at(stage.game_id) + timedelta(hours=50)
        for scraper in scrapers:
            yield name, about(stage.league, scraper, stage.game_id, at)
