"""Whose turn it is: order per key, pauses after failures, and redeliveries of what waits."""

from __future__ import annotations

from python_runners.platform.bus import Message
from python_runners.platform.turns import Lease, Turns


def lease(name: str, key: str = "", *, topic: str = "t", handle: str = "h1") -> Lease:
    return Lease(Message(name, topic, name.encode(), key), "subscription", handle)


def taken(turns: Turns, now: float = 0.0) -> list[str]:
    names = []
    while (found := turns.next(now)) is not None:
        names.append(found.message.message_id)
    return names


def holding(*leases: Lease) -> Turns:
    turns = Turns()
    for item in leases:
        turns.add(item)
    return turns


def test_turns_are_in_order_of_arrival() -> None:
    assert taken(holding(lease("b"), lease("a"), lease("c", "k"))) == ["b", "a", "c"]


def test_a_failed_message_holds_back_its_key_until_it_is_finished() -> None:
    turns = holding(lease("a1", "a"), lease("a2", "a"), lease("b1", "b"))
    head = turns.next(0.0)
    assert head is not None
    turns.failed(head, due=5.0)
    assert taken(turns) == ["b1"]
    turns.add(lease("a1", "a", handle="h2"))
    assert taken(turns, 4.9) == []
    again = turns.next(5.0)
    assert again is not None
    assert again.handle == "h2"
    assert taken(turns, 5.0) == [], "its successor waits until it is finished"
    turns.finished(again)
    assert taken(turns, 5.0) == ["a2"]
    assert turns.is_empty


def test_a_failed_message_without_a_key_holds_back_nothing() -> None:
    turns = holding(lease("x"), lease("y"))
    first = turns.next(0.0)
    assert first is not None
    turns.failed(first, due=9.0)
    assert taken(turns) == ["y"]
    assert not turns.is_empty, "the failed one is to come again"


def test_one_key_of_two_topics_is_two_keys() -> None:
    turns = holding(lease("a1", "a", topic="one"), lease("a2", "a", topic="two"))
    head = turns.next(0.0)
    assert head is not None
    turns.failed(head, due=9.0)
    assert taken(turns) == ["a2"]


def test_a_redelivery_of_what_waits_renews_its_lease_and_is_no_second_message() -> None:
    turns = holding(lease("a1"), lease("a1", handle="h2"))
    assert [item.handle for item in turns.waiting] == ["h2"]
    assert taken(turns) == ["a1"]


def test_a_head_that_comes_back_behind_its_successors_goes_first() -> None:
    turns = holding(lease("a1", "a"))
    head = turns.next(0.0)
    assert head is not None
    turns.failed(head, due=0.0)
    turns.add(lease("a2", "a"))
    turns.add(lease("a3", "a"))
    assert taken(turns) == []
    turns.add(lease("a1", "a", handle="h2"))
    again = turns.next(0.0)
    assert again is not None
    assert again.message.message_id == "a1"
    turns.finished(again)
    assert taken(turns) == ["a2", "a3"]
