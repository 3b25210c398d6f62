"""Publishing one date: read the rows, build the documents, write what moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from python_runners.dates import utc_now
from python_runners.platform.objects import ObjectStore
from python_runners.platform.warehouse import Warehouse
from python_runners.publishers.envelope import Document, Edition, Halt
from python_runners.publishers.people import people_documents
from python_runners.publishers.record import record_documents
from python_runners.publishers.rows import SlateRows, read_slate
from python_runners.publishers.slate import slate_documents
from python_runners.publishers.storage import PublishReport, publish


def documents_of(rows: SlateRows, edition: Edition) -> Iterable[Document]:
    """Yield every document of a date."""
    yield from slate_documents(rows, edition.game_date)
    yield from people_documents(rows)
    yield from record_documents(rows, edition.game_date, edition.halt, edition.data_as_of)


def publish_date(
    warehouse: Warehouse, store: ObjectStore, day: date, *, as_of: datetime, correlation_id: str
) -> PublishReport:
    """Publish the documents of one date.

    Args:
        warehouse: where the rows stand.
        store: where the documents go.
        day: Eastern game date.
        as_of: the instant that the data stands for.
        correlation_id: journey that asked for it.

    Returns:
        What was written, left alone, kept, and refused.
    """
    edition = Edition(day, utc_now(), as_of, correlation_id, Halt())
    return publish(store, documents_of(read_slate(warehouse, day), edition), edition)
