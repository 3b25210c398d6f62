"""Changes of one journey, and journeys close in time, become one run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from python_runners.events import Envelope, Phase
from python_runners.pipeline.coalesce import source_tables, united, within_window


def change(table: str, from_date: str | None, *fields: str) -> Envelope:
    values: dict[str, Any] = {
        "processor_name": f"load_{table}",
        "phase": Phase.RAW,
        "execution_id": table,
        "correlation_id": "c",
        "status": "success",
        "source_table": table,
        "changed_fields": fields,
        "metadata": {"from_date": from_date},
    }
    return Envelope.model_validate(values)


def test_a_union_has_every_table_the_earliest_date_and_all_fields() -> None:
    both = united([change("boxes", "2025-11-15", "points"), change("teams", "2025-11-12", "assists")])
    assert source_tables(both) == ("boxes", "teams")
    assert both.metadata["from_date"] == "2025-11-12"
    assert both.changed_fields == ("assists", "points")


def test_a_change_without_a_date_takes_the_date_from_the_union() -> None:
    assert united([change("boxes", "2025-11-15"), change("players", None)]).metadata["from_date"] is None


def test_a_message_alone_stays_as_it_is() -> None:
    alone = change("boxes", "2025-11-15", "points")
    assert source_tables(alone) == ("boxes",)
    assert united([alone]).metadata["from_date"] == "2025-11-15"


def at(seconds: int, journey: str, day: str | None = "2025-11-15", **fields: Any) -> Envelope:
    """A change of a journey, so many seconds after noon."""
    return change("boxes", None).model_copy(
        update={
            "correlation_id": journey,
            "game_date": date.fromisoformat(day) if day else None,
            "timestamp": datetime(2025, 11, 15, 12, tzinfo=UTC) + timedelta(seconds=seconds),
            **fields,
        }
    )


def journeys(first: Envelope, *others: Envelope) -> list[str]:
    window, longest = timedelta(seconds=30), timedelta(seconds=120)
    return [message.correlation_id for message in within_window(first, others, window=window, longest=longest)]


def test_journeys_of_one_date_within_the_window_become_one_run() -> None:
    assert journeys(at(0, "a"), at(20, "b"), at(45, "c"), at(90, "d")) == ["b", "c"]


def test_the_longest_wait_ends_a_stream_of_journeys() -> None:
    stream = [at(25 * number, str(number)) for number in range(1, 9)]
    assert journeys(at(0, "a"), *stream) == ["1", "2", "3", "4"]


def test_the_same_journey_belongs_together_however_long_it_took() -> None:
    assert journeys(at(0, "a"), at(600, "a"), at(601, "b")) == ["a"]


@pytest.mark.parametrize(
    "other",
    [
        at(1, "b", day="2025-11-16"),
        at(1, "b", metadata={"as_of": "2025-11-15T10:00:00Z"}),
        at(1, "b", skip_downstream_trigger=True),
        at(1, "b", backfill_mode=True),
    ],
)
def test_journeys_that_ask_for_something_else_stay_apart(other: Envelope) -> None:
    assert journeys(at(0, "a"), other) == []


def test_changes_without_a_date_stay_apart() -> None:
    assert journeys(at(0, "a", day=None), at(1, "b", day=None)) == []


def test_a_table_that_two_journeys_changed_counts_once() -> None:
    assert source_tables(united([at(0, "a"), at(1, "b")])) == ("boxes",)
