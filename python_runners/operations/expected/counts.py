"""What the warehouse holds: the games of the schedule, and the distinct keys of every output per game."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from python_runners.loaders.row_sql import short_digest
from python_runners.operations.expected.outputs import Count, CountKey, Game, Rule
from python_runners.platform.warehouse import Warehouse

_GAMES = """
select
    schedule.game_id, schedule.game_date, schedule.season, schedule.season_type, schedule.home_team, schedule.away_team,
    schedule.game_code, schedule.tip_off_utc,
    schedule.game_status = 3 or exists (
        select 1 from nba_raw.nbac_scoreboard_v2 as board
        where board.game_id = schedule.game_id and board.game_date = schedule.game_date and board.game_status = 3
    ) as is_final
from nba_raw.nbac_schedule as schedule
where schedule.season in (
    select season from nba_raw.nbac_schedule where game_date between $from_date and $to_date
)
order by schedule.game_date, schedule.game_id
"""


def read_games(warehouse: Warehouse, from_date: date, to_date: date) -> list[Game]:
    """Return the games of every season of which a game lies in the range, in order of date and id."""
    rows = warehouse.query(_GAMES, {"from_date": from_date, "to_date": to_date}).to_pylist()
    return [
        Game(
            game_id=row["game_id"],
            game_date=row["game_date"],
            season=row["season"],
            season_type=row["season_type"],
            home_team=row["home_team"],
            away_team=row["away_team"],
            game_code=row["game_code"],
            is_final=row["is_final"],
            expected_from=row["tip_off_utc"] or datetime.combine(row["game_date"], time()) + timedelta(days=1),
        )
        for row in rows
    ]


def stored_games(warehouse: Warehouse, rules: Iterable[Rule], from_date: date, to_date: date) -> dict[str, set[str]]:
    """Return the game ids that each output holds in a range of dates, by output."""
    return {
        rule.output: set(
            warehouse.query(
                f"select distinct game_id from {rule.relation} {_where(rule)}", _range(rule, from_date, to_date)
            )
            .column(0)
            .to_pylist()
        )
        for rule in rules
    }


def count_outputs(warehouse: Warehouse, rules: Iterable[Rule], from_date: date, to_date: date) -> dict[CountKey, Count]:
    """Count the distinct keys of each output per date and game, with a digest over the rows."""
    counts: dict[CountKey, Count] = {}
    for rule in rules:
        sql = _count_sql(rule, is_bigquery=warehouse.dialect == "bigquery")
        for row in warehouse.query(sql, _range(rule, from_date, to_date)).to_pylist():
            counts[rule.output, row["day"], row["game_id"]] = Count(row["found"], row["digest"])
    return counts


def existing_relations(warehouse: Warehouse, rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules whose relation has been built."""
    present = {relation: warehouse.exists(relation) for relation in {rule.relation for rule in rules}}
    return [rule for rule in rules if present[rule.relation]]


def _where(rule: Rule) -> str:
    variant = " and source_variant = $variant" if rule.variant else ""
    return f"where {rule.date_column} between $from_date and $to_date{variant}"


def _range(rule: Rule, from_date: date, to_date: date) -> dict[str, date | str]:
    variant: dict[str, date | str] = {"variant": rule.variant} if rule.variant else {}
    return {"from_date": from_date, "to_date": to_date} | variant


def _count_sql(rule: Rule, *, is_bigquery: bool) -> str:
    key = ", '|', ".join(f"coalesce(cast({name} as string), '~null~')" for name in rule.keys)
    digest = short_digest("string_agg(row_digest, ',' order by row_digest)", is_bigquery=is_bigquery)
    return (
        f"select {rule.date_column} as day, game_id, count(distinct concat({key})) as found, {digest} as digest "
        f"from {rule.relation} {_where(rule)} group by {rule.date_column}, game_id"
    )
