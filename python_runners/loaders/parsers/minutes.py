"""Playing time and clocks: every notation of the sources, and nothing else."""

from __future__ import annotations

import re

from python_runners.errors import UnknownPayloadShape

_ISO = re.compile(r"^PT(\d{1,3})M(\d{1,2}(?:\.\d+)?)S$")
_COLON = re.compile(r"^(\d{1,3})(?:\.0+)?:([0-5]\d)$")
_WHOLE = re.compile(r"^\d{1,3}$")
_HOURS = re.compile(r"^(\d+):([0-5]\d):([0-5]\d)$")


def minutes(value: str | None) -> float | None:
    """Return decimal minutes from text.

    Notations: `PT24M59.00S` (CDN), `49:25` and `49.000000:25` (statistics service), `34` (BallDontLie); empty or absent
    text is NULL.

    Raises:
        UnknownPayloadShape: any other notation.
    """
    if value is None:
        return None
    # The argument often comes from a statistics object whose values nobody has checked yet.
    if type(value) is not str:
        raise UnknownPayloadShape(f"minutes that are no text: {value!r}")
    cleaned = value.strip()
    if not cleaned:
        return None
    if cleaned.startswith("PT"):
        return iso_seconds(cleaned) / 60
    if match := _COLON.match(cleaned):
        return (int(match.group(1)) * 60 + int(match.group(2))) / 60
    if _WHOLE.match(cleaned):
        return float(cleaned)
    raise UnknownPayloadShape(f"unknown notation of minutes: {value!r}")


def iso_seconds(value: str) -> float:
    """Return the seconds of `PT11M42.00S`.

    Raises:
        UnknownPayloadShape: another notation, or 60 seconds and more beside the minutes.
    """
    match = _ISO.match(value.strip())
    if match is None or float(match.group(2)) >= 60:
        raise UnknownPayloadShape(f"unknown notation of a duration: {value!r}")
    return int(match.group(1)) * 60 + float(match.group(2))


def clock_text_seconds(value: str) -> float | None:
    """Return the seconds of `0:11:44`; empty text is NULL.

    Raises:
        UnknownPayloadShape: another notation.
    """
    cleaned = value.strip()
    if not cleaned:
        return None
    match = _HOURS.match(cleaned)
    if match is None:
        raise UnknownPayloadShape(f"unknown notation of a clock: {value!r}")
    hours, mins, seconds = (int(part) for part in match.groups())
    return float(hours * 3600 + mins * 60 + seconds)
