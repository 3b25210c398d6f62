"""Whether phase 4 has done its part for a date, and waiting until it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from python_runners.pipeline.composition import Platform
from python_runners.predictions.batches import LEAST_COVERAGE
from python_runners.predictions.features import FEATURE_VERSION

LONGEST_WAIT = timedelta(minutes=30)
POLL_SECONDS = 15.0

# A game is ready when its players have feature rows; the context of the same players says how many there should be.
_GAMES = """
with ahead as (
    select game_id from nba_reference.dim_game
    where game_date = $day and tip_off_utc > $now and not is_final and coalesce(postponed_status, 'N') not in ('P', 'Y')
),
expected as (
    select game_id, count(*) as players from nba_analytics.upcoming_player_game_context
    where game_date = $day group by game_id
),
found as (
    select game_id, count(*) as players from nba_precompute.ml_feature_store_v2
    where game_date = $day and feature_version = $feature_version group by game_id
)
select
    ahead.game_id,
    coalesce(expected.players, 0) as expected_players,
    coalesce(found.players, 0) as feature_rows
from ahead
left join expected using (game_id)
left join found using (game_id)
order by ahead.game_id
"""


@dataclass(frozen=True)
class Readiness:
    """What phase 4 has for the games of a date that are still ahead.

    Attributes:
        state: `no_games` when none is ahead, `waiting` while a game lacks feature rows, else `ready`.
        games: games ahead.
        unready: per game that waits, what it lacks, in words.
    """

    state: Literal["ready", "waiting", "no_games"]
    games: int
    unready: tuple[str, ...]


def validate_phase_4_ready(platform: Platform, day: date, as_of: datetime | None = None) -> Readiness:
    """Return whether every game of a date that is ahead has the feature rows of its players (90 % of them)."""
    now = (as_of or platform.as_of()).astimezone(UTC).replace(tzinfo=None)
    rows = platform.warehouse.query(_GAMES, {"day": day, "now": now, "feature_version": FEATURE_VERSION}).to_pylist()
    if not rows:
        return Readiness("no_games", 0, ())
    unready = tuple(
        f"{row['game_id']}: {row['feature_rows']} feature rows of {row['expected_players']} players"
        for row in rows
        if not row["expected_players"] or row["feature_rows"] < LEAST_COVERAGE * row["expected_players"]
    )
    return Readiness("waiting" if unready else "ready", len(rows), unready)


def wait_for_phase_4(
    platform: Platform,
    day: date,
    sleep: Callable[[float], None],
    *,
    longest: timedelta = LONGEST_WAIT,
    poll_seconds: float = POLL_SECONDS,
) -> Readiness:
    """Look again and again until phase 4 is ready, at most `longest` by the platform's clock; return the last look."""
    until = platform.clock() + longest
    while True:
        readiness = validate_phase_4_ready(platform, day)
        remaining = (until - platform.clock()).total_seconds()
        if readiness.state != "waiting" or remaining <= 0:
            return readiness
        sleep(min(poll_seconds, remaining))
