"""Which parser reads which payload: scrapers, feed variants and raw tables, declared in one place."""

from __future__ import annotations

from dataclasses import dataclass

from python_runners.errors import UnknownPayloadShape
from python_runners.loaders.base import Parser
from python_runners.loaders.parsers import (
    balldontlie,
    bettingpros,
    bigdataball,
    cdn_boxscore,
    cdn_play_by_play,
    cdn_schedule,
    cdn_scoreboard,
    espn,
    gamebook,
    injury_report,
    movement,
    odds_lines,
    odds_props,
    player_index,
    referees,
    rosters,
    shot_chart,
    stats_boxscore,
    stats_gamelog,
    stats_scoreboard,
)


@dataclass(frozen=True)
class Feed:
    """One way from a scraper's payload into a raw table.

    Attributes:
        scraper: name of the scraper.
        source_variant: variant of the stored object.
        table: raw table.
        table_variant: variant of the rows, which differs from the object's where one payload feeds tables that name
            their variants differently.
        parse: the parser.
    """

    scraper: str
    source_variant: str
    table: str
    table_variant: str
    parse: Parser


def _feed(scraper: str, variant: str, table: str, parse: Parser, table_variant: str | None = None) -> Feed:
    return Feed(scraper, variant, table, table_variant or variant, parse)


FEEDS: tuple[Feed, ...] = (
    _feed("nbac_schedule", "cdn", "nbac_schedule", cdn_schedule.parse),
    _feed("nbac_scoreboard", "v2", "nbac_scoreboard_v2", stats_scoreboard.parse),
    _feed("nbac_scoreboard", "v3", "nbac_scoreboard_v2", cdn_scoreboard.parse),
    _feed("nbac_scoreboard", "cdn_today", "nbac_scoreboard_v2", cdn_scoreboard.parse),
    _feed("nbac_live_boxscore", "cdn_live", "nbac_boxscore_players", cdn_boxscore.parse_players),
    _feed("nbac_live_boxscore", "cdn_live", "nbac_team_boxscore", cdn_boxscore.parse_teams),
    _feed("nbac_live_boxscore", "cdn_live", referees.TABLE, referees.parse_box, referees.BOX_VARIANT),
    _feed("nbac_boxscore_traditional", "stats_v3", "nbac_boxscore_players", stats_boxscore.parse_players_v3),
    _feed("nbac_boxscore_traditional", "stats_v3", "nbac_team_boxscore", stats_boxscore.parse_teams_v3),
    _feed("nbac_boxscore_traditional", "stats_v2", "nbac_boxscore_players", stats_boxscore.parse_players_v2),
    _feed("nbac_boxscore_traditional", "stats_v2", "nbac_team_boxscore", stats_boxscore.parse_teams_v2),
    _feed("nbac_player_gamelog", "leaguegamelog", "nbac_player_boxscores", stats_gamelog.parse_league_log),
    _feed("nbac_player_gamelog", "playergamelogs", "nbac_player_boxscores", stats_gamelog.parse_player_logs),
    _feed("nbac_play_by_play", "cdn_live", "nbac_play_by_play", cdn_play_by_play.parse),
    _feed("nbac_shot_chart", "shotchartdetail", "nbac_shot_chart", shot_chart.parse),
    _feed("nbac_gamebook", "gamebook", "nbac_gamebook_player_stats", gamebook.parse),
    _feed("bdl_box_scores", "box_scores", "bdl_player_boxscores", balldontlie.parse),
    _feed("bigdataball_pbp", "csv", "bigdataball_play_by_play", bigdataball.parse),
    _feed("odds_player_props", "event_odds", "odds_api_player_points_props", odds_props.parse),
    _feed("odds_game_lines", "event_odds", "odds_api_game_lines", odds_lines.parse),
    _feed("bettingpros_props", "offers", "bettingpros_player_points_props", bettingpros.parse),
    _feed("nbac_injury_report", "pdf", "nbac_injury_report", injury_report.parse),
    _feed("nbac_player_list", "playerindex", "nbac_player_list_current", player_index.parse),
    _feed("nbac_player_movement", "file", "nbac_player_movement", movement.parse),
    _feed("nbac_team_roster", "commonteamroster", "nbac_team_rosters", rosters.parse),
    _feed("espn_roster", "site_api", "espn_team_rosters", espn.parse),
    _feed("nbac_referees", "assignments", referees.TABLE, referees.parse_assignments),
)

SCRAPERS_WITHOUT_TABLE = frozenset({"odds_events", "bettingpros_events"})


def scrapers() -> tuple[str, ...]:
    """Return the names of all scrapers, those that feed no table included."""
    return tuple(dict.fromkeys(feed.scraper for feed in FEEDS)) + tuple(sorted(SCRAPERS_WITHOUT_TABLE))


def variants_of(scraper: str) -> tuple[str, ...]:
    """Return the feed variants that a scraper can store."""
    return tuple(dict.fromkeys(feed.source_variant for feed in FEEDS if feed.scraper == scraper))


def tables_of(scraper: str) -> tuple[str, ...]:
    """Return the raw tables that a scraper feeds."""
    return tuple(dict.fromkeys(feed.table for feed in FEEDS if feed.scraper == scraper))


def feeds_of(scraper: str, source_variant: str) -> tuple[Feed, ...]:
    """Return the feeds of an object, one per table that it fills.

    Raises:
        UnknownPayloadShape: no parser is declared for this scraper and variant.
    """
    if scraper in SCRAPERS_WITHOUT_TABLE:
        return ()
    found = tuple(feed for feed in FEEDS if (feed.scraper, feed.source_variant) == (scraper, source_variant))
    if not found:
        raise UnknownPayloadShape(f"no parser for scraper {scraper!r}, variant {source_variant!r}")
    return found


def parsers_of(scraper: str, source_variant: str) -> tuple[Parser, ...]:
    """Return the parsers of an object in the order of its tables; errors as `feeds_of`."""
    return tuple(feed.parse for feed in feeds_of(scraper, source_variant))


def parsers_of_table(table: str) -> dict[str, Parser]:
    """Return the parsers of a raw table by the variant of their rows."""
    return {feed.table_variant: feed.parse for feed in FEEDS if feed.table == table}
