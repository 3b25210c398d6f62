"""The scrapes of the demonstration: a season so far, and a few events of the live day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from datetime import time as wall_time

from python_runners.dates import eastern_wall_to_utc
from python_runners.sample.league import League
from python_runners.sample.replay import LEAN, LeagueEvent, events_of

ONCE = frozenset({"nbac_schedule", "nbac_player_list", "nbac_player_movement", "nbac_team_roster"})
RESULTS = frozenset({"nbac_live_boxscore", "nbac_play_by_play", "nbac_player_gamelog"})
MARKETS = frozenset({"odds_player_props", "odds_game_lines"})
MORNING = wall_time(10, 30)


def history_events(league: League, days: list[date], today: date) -> Iterator[LeagueEvent]:
    """Yield what is fetched of the past: directories once, then each date's results and last market snapshot."""
    for position, day in enumerate(days):
        last_odds: dict[tuple[str, str], LeagueEvent] = {}
        last_injuries: LeagueEvent | None = None
        results: dict[tuple[str, str], LeagueEvent] = {}
        for event in events_of(league, day, LEAN):
            if event.scraper in ONCE and position == 0:
                yield event
            elif event.scraper in MARKETS:
                last_odds[event.scraper, event.params["odds_event_id"]] = event
            elif event.scraper == "nbac_injury_report" and event.at < eastern_wall_to_utc(day, wall_time(19, 0)):
                last_injuries = event
            elif event.scraper in RESULTS and event.params["game_date"] == day.isoformat():
                results[event.scraper, event.params.get("game_id", "")] = event
        yield from (event for event in (last_injuries,) if event)
        yield from last_odds.values()
        yield from results.values()
    for event in events_of(league, today, LEAN):
        if event.scraper in ONCE and event.at <= eastern_wall_to_utc(today, MORNING):
            yield event


def live_events(league: League, today: date) -> Iterator[LeagueEvent]:
    """Yield a few events of the live day: lines, an injury report, a line move, another report, a final box score."""
    events = events_of(league, today, LEAN)
    game = min((game for game in league.games_on(today) if game.tip_off), key=lambda game: str(game.tip_off))
    morning = eastern_wall_to_utc(today, MORNING)
    props = [e for e in events if e.scraper == "odds_player_props" and e.at > morning]
    first_game = [e for e in props if e.params["odds_event_id"] == props[0].params["odds_event_id"]]
    reports = [e for e in events if e.scraper == "nbac_injury_report" and e.at > morning]
    box = [e for e in events if e.scraper == "nbac_live_boxscore" and e.params["game_id"] == game.game_id]
    # The first report comes twice, so that the table shows what unchanged content costs.
    chosen = [reports[0], reports[0], first_game[0], reports[min(6, len(reports) - 1)], first_game[-1], *box]
    yield from sorted(chosen, key=lambda event: event.at)
