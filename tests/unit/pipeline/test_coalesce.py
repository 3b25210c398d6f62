"""Changes of one journey become one run."""

from __future__ import annotations

from typing import Any

from python_runners.events import Envelope, Phase
from python_runners.pipeline.coalesce import source_tables, united


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
