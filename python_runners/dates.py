"""Dates and game ids: the one Python place that turns an instant into a game date or an id into a season."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from python_runners.errors import InvariantViolated

EASTERN = ZoneInfo("America/New_York")
SLATE_ROLLOVER = time(6, 0)

_GAME_ID = re.compile(r"^00([1-6])([0-9]{2})[0-9]{5}$")
_SEASON_TYPES = {
    "1": "preseason",
    "2": "regular",
    "3": "all_star",
    "4": "playoffs",
    "5": "play_in",
    "6": "cup_final",
}


def utc_now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)


def parse_instant(text: str) -> datetime:
    """Parse ISO 8601 text into an aware UTC datetime; text without an offset is taken as UTC.

    Raises:
        InvariantViolated: the text is no instant.
    """
    try:
        value = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise InvariantViolated(f"not an instant: {text!r}") from error
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def as_of_variable(as_of: datetime) -> str:
    """Return an aware instant as the dbt var `as_of` wants it: UTC, to the microsecond.

    A row counts when it was observed before the as_of, so an instant cut to whole seconds would hide what came within
    its last second.
    """
    return as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def eastern_date(instant: datetime) -> date:
    """Return the US Eastern calendar date of an aware instant.

    Raises:
        InvariantViolated: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise InvariantViolated("an instant without time zone has no Eastern date")
    return instant.astimezone(EASTERN).date()


def slate_date(instant: datetime) -> date:
    """Return the date whose games "today" means: before 06:00 Eastern it is still the previous day."""
    local = instant.astimezone(EASTERN)
    return local.date() if local.time() >= SLATE_ROLLOVER else local.date() - timedelta(days=1)


def eastern_wall_to_utc(day: date, wall: time) -> datetime:
    """Return the UTC instant of a wall clock in US Eastern time, daylight saving included."""
    return datetime.combine(day, wall, tzinfo=EASTERN).astimezone(UTC)


def normalise_game_id(value: str | int) -> str:
    """Return the 10-character game id, restoring leading zeros that a feed dropped.

    Raises:
        InvariantViolated: the result is not an NBA.com game id.
    """
    game_id = str(value).strip().zfill(10)
    if not _GAME_ID.match(game_id):
        raise InvariantViolated(f"not a game id: {value!r}")
    return game_id


def _parts(game_id: str) -> tuple[str, int]:
    match = _GAME_ID.match(game_id)
    if match is None:
        raise InvariantViolated(f"not a game id: {game_id!r}")
    return match.group(1), int(match.group(2))


def season_year_of(game_id: str) -> int:
    """Return the first calendar year of the season of a game id ("0022500225" gives 2025)."""
    two_digits = _parts(game_id)[1]
    return 2000 + two_digits if two_digits < 46 else 1900 + two_digits


def season_label(season_year: int) -> str:
    """Return the label of a season, such as "2025-26" for 2025."""
    return f"{season_year}-{(season_year + 1) % 100:02d}"


def season_of(game_id: str) -> str:
    """Return the season label of a game id."""
    return season_label(season_year_of(game_id))


def season_type_of(game_id: str) -> str:
    """Return the season type that the third digit of a game id stands for."""
    return _SEASON_TYPES[_parts(game_id)[0]]
