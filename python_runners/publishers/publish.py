"""Publishing one date: read the rows, build the documents, write what moved, remember the picks that were shown."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC, date, datetime

from python_runners.dates import utc_now
from python_runners.events import AffectedEntities
from python_runners.platform.objects import ObjectStore
from python_runners.platform.state import StateStore
from python_runners.platform.warehouse import Warehouse
from python_runners.predictions.picks import record_shown_picks
from python_runners.publishers.best_bets import (
    best_bets_documents,
    best_bets_path,
    ledger_picks,
    select,
    withdrawal_reason,
)
from python_runners.publishers.envelope import Document, Edition, Halt
from python_runners.publishers.league import league_documents
from python_runners.publishers.manifest import is_dated, manifest_document
from python_runners.publishers.people import people_documents
from python_runners.publishers.record import record_documents
from python_runners.publishers.results import results_documents
from python_runners.publishers.rows import SlateRows, read_slate
from python_runners.publishers.slate import slate_documents
from python_runners.publishers.standing import standing_documents, untouched_documents
from python_runners.publishers.storage import PublishReport, publish


def documents_of(rows: SlateRows, edition: Edition, untouched: Container[str] = ()) -> Iterable[Document]:
    """Yield the documents of a date but the manifest; of a date that is over, only those that bear a date.

    Paths of players that stay untouched are left out. What shows the whole slate is always made: it is little, and
    what is equal to what stands is not written.
    """
    picks = 0 if edition.halt.active else len(select(rows, edition))
    every = (
        *slate_documents(rows, edition.game_date),
        *people_documents(rows, untouched),
        *results_documents(rows, edition.game_date),
        *best_bets_documents(rows, edition),
        *league_documents(rows),
        *record_documents(rows, picks, edition.data_as_of),
    )
    yield from (document for document in every if edition.is_current or is_dated(document.path))


def publish_date(
    warehouse: Warehouse,
    store: ObjectStore,
    state: StateStore,
    day: date,
    *,
    as_of: datetime,
    correlation_id: str,
    is_current: bool = True,
    halt: Halt | None = None,
    affected: AffectedEntities | None = None,
) -> PublishReport:
    """Publish the documents of one date.

    Args:
        warehouse: where the rows stand.
        store: where the documents go as objects.
        state: where those go that apps listen to.
        day: Eastern game date.
        as_of: the instant that the data stands for.
        correlation_id: journey that asked for it.
        is_current: whether the date is the slate of today, whose documents also stand under names without a date.
        halt: whether picks are halted.
        affected: what moved since the last publication; None for everything.

    Returns:
        What was written, found equal, kept, and refused; documents of players that nothing touched are not in it.
    """
    edition = Edition(day, utc_now(), as_of, correlation_id, halt or Halt(), is_current)
    rows = read_slate(warehouse, day)
    untouched = untouched_documents(rows, affected, standing_documents(store, edition, rows.champion))
    report = publish(store, state, documents_of(rows, edition, untouched), edition, check=affected is None)
    report.stored |= untouched
    if best_bets_path(day) not in report.failed:
        _record_picks(warehouse, rows, edition)
    if is_current:
        manifest = publish(store, state, [manifest_document(report, edition)], edition)
        report.written += manifest.written
        report.unchanged += manifest.unchanged
        report.superseded += manifest.superseded
        report.failed |= manifest.failed
        report.transient += manifest.transient
    return report


def _record_picks(warehouse: Warehouse, rows: SlateRows, edition: Edition) -> None:
    chosen = select(rows, edition)
    record_shown_picks(
        warehouse,
        edition.game_date,
        best_bets_path(edition.game_date),
        ledger_picks(chosen, edition.game_date),
        edition.generated_at.astimezone(UTC).replace(tzinfo=None),
        lambda row: withdrawal_reason(rows, edition, chosen, row),
    )
