"""What a league corrects after a game: each correction keeps the other rows of the game in step, as sources do."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import duckdb

from python_runners.loaders.contracts import raw_tables
from tests.proof.season import (
    BOX,
    DIRECTORY,
    INJURIES,
    LINES,
    SCHEDULE,
    SEASON,
    SHOTS,
    Season,
    column_of,
    pick_game,
    played,
    send_box,
    send_schedule,
    send_totals,
    two_teammates,
)

STATUSES = ("out", "doubtful", "questionable", "probable")

Correction = Callable[[Season, random.Random], None]


def plus_minus_fixed(world: Season, chance: random.Random) -> None:
    """A substitution was booked a possession late: plus-minus of the two players is exchanged by its points."""
    rows = played(world, pick_game(world, chance))
    giver, taker = two_teammates(rows, chance, giver_has="minutes")
    points = chance.choice((1, 2, 3))
    giver["plus_minus"] -= points
    taker["plus_minus"] += points
    send_box(world, rows)


def minutes_fixed(world: Season, chance: random.Random) -> None:
    """The same substitution in minutes: one player's are the other's."""
    rows = played(world, pick_game(world, chance))
    giver, taker = two_teammates(rows, chance, giver_has="minutes", at_least=5)
    minutes = chance.choice((0.25, 0.5, 1.0, 1.75))
    giver["minutes"] -= minutes
    taker["minutes"] += minutes
    send_box(world, rows)


def rebound_added(world: Season, chance: random.Random) -> None:
    """A tip is scored as a rebound after all: player and team gain it."""
    game = pick_game(world, chance)
    rows = played(world, game)
    row = chance.choice([row for row in rows if row["minutes"]])
    kind = chance.choice(("offensive_rebounds", "defensive_rebounds"))
    row[kind] += 1
    row["rebounds"] += 1
    send_box(world, rows)
    send_totals(world, game, row["team"], {kind: 1})


def assist_taken_back(world: Season, chance: random.Random) -> None:
    """An assist is not one on review: player and team lose it."""
    game = pick_game(world, chance)
    rows = played(world, game)
    row = chance.choice([row for row in rows if row["assists"]])
    row["assists"] -= 1
    send_box(world, rows)
    send_totals(world, game, row["team"], {"assists": -1})


def assist_moved(world: Season, chance: random.Random) -> None:
    """An assist is credited to the teammate who made the pass."""
    rows = played(world, pick_game(world, chance))
    giver, taker = two_teammates(rows, chance, giver_has="assists")
    giver["assists"] -= 1
    taker["assists"] += 1
    send_box(world, rows)


def two_becomes_three(world: Season, chance: random.Random) -> None:
    """A foot was behind the line: the basket counts three in shot chart, player line, team lines and final score."""
    game = pick_game(world, chance, SHOTS)
    rows = played(world, game)
    winners = {row["team"] for row in rows if row["win_loss"] == "W"}
    shots = world.rows(SHOTS, f"game_id = '{game}'")
    shot = chance.choice([s for s in shots if s["shot_made"] and s["shot_value"] == 2 and s["team"] in winners])
    scorer = next(row for row in rows if row["player_id"] == shot["player_id"])
    shot.update(shot_value=3, area="Above the Break 3", area_range="24+ ft.", shot_distance=24)
    team_shots = [row for row in shots if row["team"] == shot["team"]]
    world.deliver(SHOTS, team_shots, [{"game_id": game, "team": shot["team"]}])
    shifts = {"points": 1, "three_makes": 1, "three_attempts": 1}
    for name, shift in shifts.items():
        scorer[name] += shift
    send_box(world, rows)
    send_totals(world, game, scorer["team"], shifts)
    entry = world.rows(SCHEDULE, f"game_id = '{game}'")[0]
    score = "home_score" if scorer["is_home"] else "away_score"
    send_schedule(world, game, {score: entry[score] + 1})


def closing_line_moved(world: Season, chance: random.Random) -> None:
    """The closing spread or total was another one, on both of its sides."""
    sql = (
        f"select distinct odds_event_id from nba_raw.{LINES} where bookmaker = 'closing_consensus' "
        "and game_date between ? and ? order by 1"
    )
    event = chance.choice(column_of(world, sql, *world.window))
    rows = world.rows(LINES, f"odds_event_id = '{event}'")
    market, shift = chance.choice(("spreads", "totals")), chance.choice((-1.5, -0.5, 0.5, 1.0))
    for row in rows:
        if row["market"] == market:
            row["point"] += -shift if row["side"] == "away" else shift
    world.deliver(LINES, rows, [{name: rows[0][name] for name in raw_tables()[LINES].scope}])


def injury_status_changed(world: Season, chance: random.Random) -> None:
    """A report says otherwise about a player; where the season has no report, a late one comes first."""
    sql = f"select distinct report_at from nba_raw.{INJURIES} where report_date < '2025-07-01' order by 1"
    known = column_of(world, sql)
    if not known or chance.random() < 0.5:
        return _injury_reported(world, chance)
    rows = world.rows(INJURIES, f"report_at = '{chance.choice(known)}'")
    row = chance.choice(rows)
    row["injury_status"] = chance.choice([status for status in STATUSES if status != row["injury_status"]])
    world.deliver(INJURIES, rows, [{"report_at": row["report_at"]}])
    return None


def _injury_reported(world: Season, chance: random.Random) -> None:
    game = world.rows(SCHEDULE, f"game_id = '{pick_game(world, chance)}'")[0]
    report_at = game["tip_off_utc"] - timedelta(hours=2)
    others = world.rows(INJURIES, f"report_at = '{report_at}'")
    player = chance.choice(played(world, game["game_id"]))
    report = {
        "report_at": report_at,
        "report_date": game["game_date"],
        "game_date": game["game_date"],
        "game_time_text": "07:00 (ET)",
        "matchup": f"{game['away_team']}@{game['home_team']}",
        "team": player["team"],
        "listing_order": 1 + len(others),
        # Some reports write a generation that no other source knows: an alias resolves it later.
        "player_name_raw": reported(player["player_name"], chance.choice(("", "", " X"))),
        "injury_status": chance.choice(STATUSES),
        "reason": "Injury/Illness - Left Ankle; Sprain",
        "reason_category": "injury",
        "source_variant": "pdf",
    }
    world.deliver(INJURIES, [*others, report], [{"report_at": report_at}])


def duplicate_removed(world: Season, chance: random.Random) -> None:
    """A shot that the feed lists twice is listed once."""
    doubles = (
        f"select game_id, team, player_id, max(shot_ordinal) from nba_raw.{SHOTS} where season_year = {SEASON} "
        "group by game_id, team, player_id, period, clock_seconds, action_type, loc_x, loc_y, shot_made "
        "having count(*) > 1 order by all"
    )
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        game, team, player, ordinal = chance.choice(connection.execute(doubles).fetchall())
    rows = world.rows(SHOTS, f"game_id = '{game}' and team = '{team}'")
    rows = [row for row in rows if (row["player_id"], row["shot_ordinal"]) != (player, ordinal)]
    world.deliver(SHOTS, rows, [{"game_id": game, "team": team}])


def player_renamed(world: Season, chance: random.Random) -> None:
    """The directory spells a name otherwise, and so do the player's lines of one game."""
    rows = world.rows(DIRECTORY, "season_year = 2025")
    row = chance.choice(rows)
    row["last_name"] += chance.choice((" Jr.", " II"))
    world.deliver(DIRECTORY, rows, [{"season_year": 2025}])
    games = column_of(
        world,
        f"select game_id from nba_raw.{BOX} where player_id = ? and season_year = {SEASON} order by 1",
        row["player_id"],
    )
    if games:
        box = played(world, chance.choice(games))
        next(line for line in box if line["player_id"] == row["player_id"])["player_name"] += " Jr."
        send_box(world, box)


def alias_added(world: Season, chance: random.Random) -> None:
    """Somebody says who an unresolved name of a report is; without one, how else a player may be written."""
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        players = "select player_name, player_lookup, player_id from nba_reference.dim_player order by player_id"
        known = {reported(name, " X"): (f"{lookup}x", player) for name, lookup, player in _all(connection, players)}
        unresolved = "select distinct player_name_raw from nba_reference.unresolved_player_names order by 1"
        names = [name for (name,) in _all(connection, unresolved) if name in known]
        lookup, player = known[chance.choice(names or sorted(known))]
        connection.execute(
            "insert into nba_reference.player_aliases (source, player_lookup, valid_from, player_id) "
            "values ('any', ?, date '2024-10-01', ?)",
            [lookup, player],
        )
    world.touched.add("player_aliases")


def _all(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def reported(name: str, generation: str = "") -> str:
    """A player's name as injury reports write it."""
    first, _, last = name.partition(" ")
    return f"{last}{generation}, {first}"


def game_postponed(world: Season, chance: random.Random) -> None:
    """A game was played on another day than the schedule said; its lines move with it."""
    game = pick_game(world, chance)
    entry = world.rows(SCHEDULE, f"game_id = '{game}'")[0]
    later = timedelta(days=chance.choice((1, 2, 5)))
    send_schedule(world, game, {"game_date": entry["game_date"] + later, "tip_off_utc": entry["tip_off_utc"] + later})
    rows = played(world, game)
    for row in rows:
        row["game_date"] += later
    send_box(world, rows)


def late_line_arrives(world: Season, chance: random.Random) -> None:
    """A player's line that the feed had left out comes with a later edition of the game."""
    line = world.withheld.pop(chance.randrange(len(world.withheld)))
    send_box(world, [*played(world, line["game_id"]), line])


# How many of each; the league corrects minutes and assists far more often than it postpones a game.
CORRECTIONS: Mapping[Correction, int] = {
    plus_minus_fixed: 30,
    minutes_fixed: 30,
    rebound_added: 25,
    assist_taken_back: 15,
    assist_moved: 25,
    two_becomes_three: 12,
    closing_line_moved: 20,
    injury_status_changed: 15,
    duplicate_removed: 8,
    late_line_arrives: 8,
    player_renamed: 6,
    alias_added: 2,
    game_postponed: 4,
}
