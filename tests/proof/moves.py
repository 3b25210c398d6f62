"""What can happen to raw data: each move reads rows that stand, changes them as a source would, and delivers them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import duckdb

from python_runners.loaders.contracts import raw_tables
from tests.proof.world import Row, World

Move = Callable[[World, random.Random], None]

BOX_COUNTS = ("assists", "steals", "blocks", "turnovers", "personal_fouls", "plus_minus", "fouls_drawn")
SHIFTS = (0.25, -0.25, 1.5, 0.01)
FIRST_DATE = date(2025, 10, 21)


def _pick_game(world: World, table: str, chance: random.Random) -> str:
    with world.platform() as platform:
        games = platform.warehouse.query(f"select distinct game_id from nba_raw.{table} order by 1").to_pylist()
    return str(chance.choice(games)["game_id"])


def _game_rows(world: World, table: str, chance: random.Random) -> tuple[list[Row], Row]:
    game = _pick_game(world, table, chance)
    rows = world.rows(table, f"game_id = '{game}'")
    variant = rows[0]["source_variant"]
    return [row for row in rows if row["source_variant"] == variant], {"game_id": game, "source_variant": variant}


def correct_box_minutes(world: World, chance: random.Random) -> None:
    """A stat correction of one player's minutes."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    row = chance.choice([row for row in rows if row["minutes"]])
    row["minutes"] = max(0.5, row["minutes"] + chance.choice(SHIFTS))
    world.deliver("nbac_boxscore_players", rows, [scope])


def correct_box_count(world: World, chance: random.Random) -> None:
    """A correction of a count that the team line may contradict: the game can become held, and be let go again."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    row = chance.choice([row for row in rows if row["minutes"]])
    name = chance.choice(BOX_COUNTS)
    row[name] = max(0, (row[name] or 0) + chance.choice((-1, 1)))
    world.deliver("nbac_boxscore_players", rows, [scope])


def move_a_basket(world: World, chance: random.Random) -> None:
    """Two points go from one player to a teammate: both change, the team does not."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    scorers = [row for row in rows if (row["fg_makes"] or 0) > (row["three_makes"] or 0)]
    giver = chance.choice(scorers)
    taker = chance.choice([r for r in rows if r["team"] == giver["team"] and r is not giver and r["minutes"]])
    for row, sign in ((giver, -1), (taker, 1)):
        row["points"] += 2 * sign
        row["fg_makes"] += sign
        row["fg_attempts"] += sign
    world.deliver("nbac_boxscore_players", rows, [scope])


def remove_from_box(world: World, chance: random.Random) -> None:
    """A player is removed from a box."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    rows.remove(chance.choice(rows))
    world.deliver("nbac_boxscore_players", rows, [scope])


def scratch_a_dnp(world: World, chance: random.Random) -> None:
    """Somebody who did not play becomes inactive, or the other way round."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    idle = [row for row in rows if not row["minutes"]]
    if idle:
        row = chance.choice(idle)
        row["player_status"] = "inactive" if row["player_status"] == "dnp" else "dnp"
        world.deliver("nbac_boxscore_players", rows, [scope])


def withdraw_box(world: World, chance: random.Random) -> None:
    """The box of a game disappears; it may come back."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    world.deliver("nbac_boxscore_players", [], [scope])
    if chance.random() < 0.5:
        world.deliver("nbac_boxscore_players", rows, [scope])


def correct_log(world: World, chance: random.Random) -> None:
    """The game log disagrees with the box."""
    rows, scope = _game_rows(world, "nbac_player_boxscores", chance)
    row = chance.choice(rows)
    row["plus_minus"] = (row["plus_minus"] or 0) + 1
    if chance.random() < 0.5:
        row["minutes"] = (row["minutes"] or 0) + 2
    world.deliver("nbac_player_boxscores", rows, [scope])


def correct_team(world: World, chance: random.Random) -> None:
    """A team line is corrected."""
    rows, scope = _game_rows(world, "nbac_team_boxscore", chance)
    row = chance.choice(rows)
    name = chance.choice(
        ("points_in_paint", "fast_break_points", "fouls_drawn", "team_turnovers", "steals", "turnovers")
    )
    row[name] = (row[name] or 0) + 1
    world.deliver("nbac_team_boxscore", rows, [scope])


def edit_play_by_play(world: World, chance: random.Random) -> None:
    """A shot is moved to another area, or given to a teammate."""
    rows, scope = _game_rows(world, "nbac_play_by_play", chance)
    shots = [row for row in rows if row["is_field_goal"] and row["area"]]
    shot = chance.choice(shots)
    if chance.random() < 0.5:
        shot["area"] = chance.choice(("Mid-Range", "Restricted Area", "Above the Break 3"))
    else:
        shot["player_id"] = chance.choice([row["player_id"] for row in shots if row["team"] == shot["team"]])
    world.deliver("nbac_play_by_play", rows, [{"game_id": scope["game_id"]}])


def change_referees(world: World, chance: random.Random) -> None:
    """The crew of a game changes."""
    rows, scope = _game_rows(world, "nbac_referee_game_assignments", chance)
    if scope["source_variant"] == "assignments":
        scope = {"game_date": rows[0]["game_date"], "source_variant": "assignments"}
        rows = world.rows("nbac_referee_game_assignments", f"game_date = '{scope['game_date']}'")
        rows = [row for row in rows if row["source_variant"] == "assignments"]
    chance.choice(rows)["official_id"] = str(chance.randrange(900, 990))
    names = raw_tables()["nbac_referee_game_assignments"].scope
    world.deliver("nbac_referee_game_assignments", rows, [{name: scope.get(name, rows[0][name]) for name in names}])


def _snapshot(world: World, table: str, chance: random.Random) -> tuple[list[Row], Row]:
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        keys = connection.execute(
            f"select distinct odds_event_id, snapshot_at from nba_raw.{table} order by 1, 2"
        ).fetchall()
    event, at = chance.choice(keys)
    rows = world.rows(table, f"odds_event_id = '{event}' and snapshot_at = '{at}'")
    return rows, {"odds_event_id": event, "snapshot_at": at}


def move_a_line(world: World, chance: random.Random) -> None:
    """A later snapshot of an event has one line moved."""
    rows, scope = _snapshot(world, "odds_api_player_points_props", chance)
    name = chance.choice(rows)["player_name_raw"]
    for row in rows:
        if row["player_name_raw"] == name:
            row["line"] = max(0.5, row["line"] + chance.choice((-1.0, 0.5, 1.0)))
    later = scope["snapshot_at"] + timedelta(minutes=chance.choice((0, 7)))
    for row in rows:
        row["snapshot_at"] = later
    unique = {(row["bookmaker"], row["player_name_raw"], row["line"]): row for row in rows}
    world.deliver("odds_api_player_points_props", list(unique.values()), [scope | {"snapshot_at": later}])


def move_a_price(world: World, chance: random.Random) -> None:
    """Only prices move."""
    rows, scope = _snapshot(world, "odds_api_player_points_props", chance)
    row = chance.choice(rows)
    row["over_price"] = chance.choice((-105, -120, 100))
    world.deliver("odds_api_player_points_props", rows, [scope])


def withdraw_a_line(world: World, chance: random.Random) -> None:
    """A player disappears from a snapshot."""
    rows, scope = _snapshot(world, "odds_api_player_points_props", chance)
    name = chance.choice(rows)["player_name_raw"]
    world.deliver("odds_api_player_points_props", [r for r in rows if r["player_name_raw"] != name], [scope])


def misspell_a_name(world: World, chance: random.Random) -> None:
    """A book writes a name that resolves to nobody."""
    rows, scope = _snapshot(world, "odds_api_player_points_props", chance)
    name = chance.choice(rows)["player_name_raw"]
    for row in rows:
        if row["player_name_raw"] == name:
            row["player_name_raw"] = f"{name} Zz"
    world.deliver("odds_api_player_points_props", rows, [scope])


def move_a_total(world: World, chance: random.Random) -> None:
    """Spread and total of a game move."""
    rows, scope = _snapshot(world, "odds_api_game_lines", chance)
    for row in rows:
        if row["market"] == "totals":
            row["point"] += 1.5
    world.deliver("odds_api_game_lines", rows, [scope])


def change_injury(world: World, chance: random.Random) -> None:
    """A status on a report changes, or a line vanishes from it."""
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        reports = connection.execute("select distinct report_at from nba_raw.nbac_injury_report order by 1").fetchall()
    at = chance.choice(reports)[0]
    rows = world.rows("nbac_injury_report", f"report_at = '{at}'")
    named = [row for row in rows if row["player_name_raw"]]
    if not named:
        return
    row = chance.choice(named)
    if chance.random() < 0.2:
        rows.remove(row)
    else:
        row["injury_status"] = chance.choice(("out", "doubtful", "questionable", "available"))
    world.deliver("nbac_injury_report", rows, [{"report_at": at}])


def postpone(world: World, chance: random.Random) -> None:
    """A game moves to another date and keeps its id; played ones lose their final status."""
    rows = world.rows("nbac_schedule", "season_year = 2025")
    candidates = [row for row in rows if row["game_date"] <= date(2025, 11, 9)]
    game = chance.choice(candidates)
    if chance.random() < 0.6:
        days = chance.choice((-1, 1, 3))
        game["game_date"] += timedelta(days=days)
        if game["tip_off_utc"]:
            game["tip_off_utc"] += timedelta(days=days)
    elif game["game_status"] == 3:
        game.update(game_status=1, home_score=None, away_score=None)
    else:
        game["postponed_status"] = "Y" if game["postponed_status"] == "N" else "N"
    world.deliver("nbac_schedule", rows, [{"season_year": 2025}])


def trade(world: World, chance: random.Random) -> None:
    """A player is on another team's roster."""
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        days = connection.execute("select distinct roster_date from nba_raw.nbac_team_rosters order by 1").fetchall()
    day = chance.choice(days)[0]
    rows = world.rows("nbac_team_rosters", f"roster_date = '{day}'")
    player = chance.choice(rows)
    former = player["team"]
    player["team"] = chance.choice(sorted({row["team"] for row in rows} - {former}))
    for team in (former, player["team"]):
        world.deliver(
            "nbac_team_rosters", [row for row in rows if row["team"] == team], [{"roster_date": day, "team": team}]
        )


def sign_a_player(world: World, chance: random.Random) -> None:
    """The movement file gains a signing."""
    rows = world.rows("nbac_player_movement", "true")
    signed = dict(chance.choice([row for row in rows if row["player_id"]]))
    signed["transaction_date"] = FIRST_DATE + timedelta(days=chance.randrange(0, 16))
    signed["transaction_type"] = chance.choice(("Signing", "Waive", "Trade"))
    signed["team"] = chance.choice(["BOS", "NYK", "LAL", signed["team"]])
    keys = {_movement_key(row) for row in rows}
    if _movement_key(signed) not in keys:
        world.deliver("nbac_player_movement", [*rows, signed], [{}])


def _movement_key(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in ("transaction_date", "group_sort", "team_id", "player_id", "transaction_type"))


def rename(world: World, chance: random.Random) -> None:
    """The directory writes a name otherwise."""
    rows = world.rows("nbac_player_list_current", "season_year = 2025")
    row = chance.choice(rows)
    row["last_name"] = row["last_name"] + chance.choice((" Jr.", "son"))
    world.deliver("nbac_player_list_current", rows, [{"season_year": 2025}])


def add_alias(world: World, chance: random.Random) -> None:
    """An alias is added for a name that is unresolved, or for some name at all."""
    with duckdb.connect(str(world.folder / "warehouse.duckdb")) as connection:
        names = connection.execute(
            "select distinct player_lookup from nba_staging.stg_odds_api__player_points_props order by 1"
        ).fetchall()
        players = connection.execute("select player_id from nba_reference.dim_player order by 1").fetchall()
        unresolved = [name for (name,) in names if str(name).endswith("zz")]
        lookup = chance.choice(unresolved or [name for (name,) in names])
        connection.execute(
            "insert into nba_reference.player_aliases (source, player_lookup, valid_from, player_id) "
            "values ('odds_api', ?, date '2025-10-01', ?)",
            [lookup, chance.choice(players)[0]],
        )
    world.touched.add("player_aliases")


def deliver_again(world: World, chance: random.Random) -> None:
    """A duplicate delivery: the same rows once more."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    assert world.deliver("nbac_boxscore_players", rows, [scope], is_news=bool(chance.randrange(2))).is_unchanged


def let_time_pass(world: World, chance: random.Random) -> None:
    """A day goes by: games come into view, others begin, and what was ahead of the clock becomes visible."""
    world.let_pass(chance.choice((24, 30)))


def deliver_late(world: World, chance: random.Random) -> None:
    """An object that was observed long before what stands: it must not win."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    chance.choice(rows)["assists"] = 77
    assert world.deliver("nbac_boxscore_players", rows, [scope], minutes_late=60 * 24 * 400).is_stale


def deliver_out_of_order(world: World, chance: random.Random) -> None:
    """What a source showed between two equal observations comes after both: it must not win."""
    rows, scope = _game_rows(world, "nbac_boxscore_players", chance)
    world.deliver("nbac_boxscore_players", rows, [scope])
    world.observed += timedelta(seconds=2)
    assert world.deliver("nbac_boxscore_players", rows, [scope]).is_unchanged
    chance.choice(rows)["assists"] = 77
    assert world.deliver("nbac_boxscore_players", rows, [scope], minutes_late=2 / 60).is_stale


MOVES: tuple[Move, ...] = (
    correct_box_minutes,
    correct_box_count,
    move_a_basket,
    remove_from_box,
    scratch_a_dnp,
    withdraw_box,
    correct_log,
    correct_team,
    edit_play_by_play,
    change_referees,
    move_a_line,
    move_a_price,
    withdraw_a_line,
    misspell_a_name,
    move_a_total,
    change_injury,
    postpone,
    trade,
    sign_a_player,
    rename,
    add_alias,
    deliver_again,
    deliver_late,
    deliver_out_of_order,
    let_time_pass,
)
