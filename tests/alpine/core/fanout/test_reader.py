"""One subscriber's place in a ring: what it gets, once each, wherever it joins."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.fanout import Frame, Lagged, Reader, Ring
from alpine_core.model import Position


def frame(cursor: int, live: bool, at: Position) -> Frame:
    name = f"{'l' if live else 'd'}{cursor}"
    return Frame(
        payload=f"[{name}@{at}]".encode(),
        position=at,
        cursor=cursor,
        live=live,
        with_id=lambda event_id: f"[{name}@{event_id}]".encode(),
    )


BEAT = Frame(payload=b"~", position=Position(0, 0), cursor=0, live=True, with_id=lambda _id: b"~")


def test_a_frame_is_given_once_and_not_copied() -> None:
    ring = Ring(4)
    reader = Reader(ring, Position(0, 0))
    sent = frame(1, True, Position(1, 0))
    ring.append(sent)
    assert reader.take() is sent.payload
    assert reader.take() == b""
    assert reader.position == Position(1, 0)


def test_several_frames_come_as_one_piece_in_order() -> None:
    ring = Ring(4)
    reader = Reader(ring, Position(0, 0))
    for cursor in (1, 2, 3):
        ring.append(frame(cursor, True, Position(cursor, cursor)))
    assert reader.take() == b"[l1@1][l2@2][l3@3]"


def test_who_is_ahead_skips_what_it_has_had() -> None:
    ring = Ring(4)
    reader = Reader(ring, Position(2, 2))
    for cursor in (1, 2, 3):
        ring.append(frame(cursor, True, Position(cursor, cursor)))
    assert reader.take() == b"[l3@3]"


def test_who_is_ahead_in_one_strand_gets_ids_that_cover_both() -> None:
    ring = Ring(4)
    reader = Reader(ring, Position(10, 7))
    ring.append(frame(11, True, Position(11, 6)))
    ring.append(frame(7, False, Position(11, 7)))
    ring.append(frame(8, False, Position(11, 8)))
    assert reader.take() == b"[l11@11.7][d8@11.8]"


def test_heartbeats_reach_everybody_and_move_nobody() -> None:
    ring = Ring(4)
    reader = Reader(ring, Position(5, 5))
    ring.append(BEAT)
    assert reader.take() == b"~"
    assert reader.position == Position(5, 5)


def test_one_who_lags_is_told_and_the_others_read_on() -> None:
    ring = Ring(3)
    slow, fast = Reader(ring, Position(0, 0)), Reader(ring, Position(0, 0))
    for cursor in range(1, 5):
        ring.append(frame(cursor, True, Position(cursor, cursor)))
        assert fast.take() == f"[l{cursor}@{cursor}]".encode()
    assert (slow.is_lagging, fast.is_lagging) == (True, False)
    with pytest.raises(Lagged):
        slow.take()


@given(
    st.lists(st.booleans(), max_size=30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.lists(st.integers(1, 5), max_size=20),
)
def test_whoever_joins_wherever_gets_each_of_the_rest_once_with_rising_ids(
    strands: list[bool], live: int, delayed: int, takes: list[int]
) -> None:
    ring, at = Ring(64), Position(0, 0)
    start = Position(live, delayed)
    reader = Reader(ring, start)
    frames = []
    for cursor, is_live in enumerate(strands, 1):
        at = Position(cursor, at.delayed) if is_live else Position(at.live, cursor)
        frames.append(frame(cursor, is_live, at))
    said, waiting = b"", list(frames)
    for count in [*takes, len(frames)]:
        for one in waiting[:count]:
            ring.append(one)
        waiting = waiting[count:]
        said += reader.take()
    wanted = [f"{'l' if one.live else 'd'}{one.cursor}" for one in frames if not one.seen_by(start)]
    found = re.findall(r"\[(\w+)@([0-9.]+)\]", said.decode())
    assert [name for name, _ in found] == wanted
    positions = [start, *(Position.parse(text) for _, text in found)]
    assert all(after.covers(before) for before, after in pairwise(positions))
