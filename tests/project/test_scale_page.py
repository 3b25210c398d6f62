"""docs/architecture/scale.md says what the program computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from python_runners.operations.cost.event_mix import RECORDED, feeds
from python_runners.operations.scale import models_by_table
from python_runners.operations.scale_view import PAGE, computed_text, page_with


def test_the_page_holds_what_is_computed(manifest: Mapping[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    computed = page_with(computed_text(RECORDED, models_by_table(manifest)), page)
    assert page == computed, "run `nba-props scale --write`"


def test_every_raw_table_that_sets_something_off_has_a_feed(manifest: Mapping[str, Any]) -> None:
    assert {feed.table for feed in feeds(RECORDED)} == set(models_by_table(manifest))
