"""What models consume, and which changes cannot move them."""

from __future__ import annotations

from typing import Any

from python_runners.pipeline.protection.consumption import Consumption, consumption_of


def model(name: str, widening: list[dict[str, Any]], **meta: Any) -> dict[str, Any]:
    return {"resource_type": "model", "name": name, "config": {"meta": {"widening": widening, **meta}}}


MANIFEST = {
    "nodes": {
        "a": model("line", [{"input": "props", "via": "game_of_team"}, {"input": "roster", "via": "date", "days": 3}]),
        "b": model(
            "context",
            [{"input": "line", "via": "same", "reopens": "player", "days": None}],
            horizon={"hours": 48, "sees": []},
        ),
        "c": model(
            "box",
            [
                {"input": "score", "via": "same", "reopens": "game", "fields": ["status"]},
                {"input": "score", "via": "date", "kinds": ["new"]},
                {"input": "score_log", "via": "same", "reopens": "player"},
            ],
        ),
        "d": model("other", [{"input": "props", "via": "date"}]),
        "e": {"resource_type": "test", "name": "line"},
    }
}
READS = {"line": {"props": ["price"]}, "box": {"score": ["points"]}}


def consumed(*models: str) -> Consumption:
    return consumption_of(MANIFEST, models, READS)


def test_only_the_models_of_the_run_count() -> None:
    assert consumed("line", "box").consumers == ("box", "line")
    assert consumed("context").looks_ahead == {"context"}
    assert consumed("line").looks_ahead == frozenset()


def test_a_field_that_nobody_reads_moves_nothing() -> None:
    line = consumed("line")
    assert not line.is_read("props", "changed", ["book_updated_at"])
    assert line.is_read("props", "changed", ["book_updated_at", "price"])


def test_fields_of_the_rule_go_before_what_the_model_reads_and_other_kinds_do_not_count() -> None:
    box = consumed("box")
    assert box.is_read("score", "changed", ["status"])
    assert not box.is_read("score", "changed", ["points"])


def test_doubt_counts_as_read() -> None:
    assert consumed("line").is_read("props", "new", [])
    assert consumed("line").is_read("props", "rebuilt", [])
    assert consumed("line", "other").is_read("props", "changed", ["book_updated_at"])
    assert consumed("context").is_read("line", "changed", ["anything"])


def test_an_input_of_nobody_is_not_read() -> None:
    assert not consumed("line").is_read("shots", "new", [])


def test_slate_inputs_reopen_games_of_their_own_date_only() -> None:
    assert consumed("line", "context", "box").slate_inputs == {"props", "score"}
