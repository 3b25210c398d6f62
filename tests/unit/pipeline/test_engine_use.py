"""What an adapter tells of a statement, and what several models used together."""

from __future__ import annotations

from python_runners.pipeline.engine_use import EngineUse, bytes_of, engine_use


def test_an_engine_with_jobs_tells_bytes_slots_and_the_job() -> None:
    told = {"bytes_processed": 5, "slot_ms": 7, "job_id": "x", "code": "SCRIPT"}
    assert engine_use(1.5, told) == EngineUse(1.5, 5, 7, 1)


def test_an_engine_without_jobs_tells_its_time_alone() -> None:
    assert engine_use(1.5, {"_message": "OK"}) == EngineUse(1.5, None, None, None)


def test_bytes_add_up_over_the_models_that_told() -> None:
    used = {"a": EngineUse(bytes_processed=5), "b": EngineUse(bytes_processed=6), "c": EngineUse()}
    assert bytes_of(used, ["a", "b", "c", "absent"]) == 11
    assert bytes_of(used, ["a"]) == 5
    assert bytes_of(used, ["c"]) is None
