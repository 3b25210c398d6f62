"""Playing time and clocks in every notation of the sources."""

from __future__ import annotations

from typing import Any

import pytest

from python_runners.errors import UnknownPayloadShape
from python_runners.loaders.parsers.minutes import clock_text_seconds, iso_seconds, minutes


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        ("PT24M59.00S", 24 + 59 / 60),
        ("PT240M00.00S", 240.0),
        ("PT00M00.00S", 0.0),
        ("49:25", 49 + 25 / 60),
        ("49.000000:25", 49 + 25 / 60),
        ("265:00", 265.0),
        ("0:03", 0.05),
        ("35:42", 35.7),
        ("34", 34.0),
        ("00", 0.0),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_known_notations(notation: str | None, expected: float | None) -> None:
    assert minutes(notation) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("notation", ["34.5", "34:61", "PT34M", "PT1H2M3S", "PT10M75.00S", "-3", "34m", "n/a", "1:2:3"])
def test_anything_else_is_refused(notation: str) -> None:
    with pytest.raises(UnknownPayloadShape):
        minutes(notation)


@pytest.mark.parametrize("value", [34, 34.5, True, ["34"]])
def test_minutes_that_are_no_text_are_refused(value: Any) -> None:
    with pytest.raises(UnknownPayloadShape):
        minutes(value)


def test_clocks() -> None:
    assert iso_seconds("PT11M42.50S") == 702.5
    assert clock_text_seconds("0:11:44") == 704.0
    assert clock_text_seconds("1:00:01") == 3601.0
    assert clock_text_seconds("") is None
    with pytest.raises(UnknownPayloadShape):
        clock_text_seconds("11:44")
    with pytest.raises(UnknownPayloadShape):
        iso_seconds("11:44")
