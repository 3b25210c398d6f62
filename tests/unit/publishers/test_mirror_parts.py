"""Which documents a rendered document becomes, and how large Firestore counts them."""

from __future__ import annotations

from python_runners.publishers.mirror import Part, document_bytes, parts_of
from tests.unit.publishers.document_rows import DAY, rendered, slate


def test_sizes_are_those_that_firestore_documents() -> None:
    fields = {"type": "Personal", "done": False, "priority": 1, "description": "Learn Cloud Firestore"}
    assert document_bytes(Part("users/jeff/tasks", "my_task_id", fields)) == 147
    assert document_bytes(Part("a", "b", {"l": [None, 1.5, {"é": "x"}]})) == 16 + 2 + 2 + 32 + 2 + 1 + 8 + 3 + 2


def test_documents_without_listeners_have_no_part() -> None:
    for path, document in rendered(slate()).items():
        has_part = path in {f"predictions/{DAY}", f"best-bets/{DAY}", f"results/{DAY}", "status"}
        assert bool(parts_of(path, document)) == (has_part or path.startswith("tonight/player/")), path
