"""Arguments of the command line, parsed into types once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from python_runners.errors import PermanentError


def parse_date(text: str, option: str = "--date") -> date:
    """Parse YYYY-MM-DD.

    Raises:
        PermanentError: the text is no such date; the message names the option.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PermanentError(f"{option} wants a date as YYYY-MM-DD, not {text!r}") from error


def parse_params(pairs: Sequence[str]) -> dict[str, str]:
    """Parse `name=value` pairs.

    Raises:
        PermanentError: a pair has no equals sign.
    """
    parsed: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise PermanentError(f"--param wants name=value, not {pair!r}")
        parsed[name] = value
    return parsed
