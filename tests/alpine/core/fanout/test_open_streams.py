"""How many streams a subscriber may have."""

from __future__ import annotations

from alpine_core.fanout import OpenStreams


def test_each_subscriber_has_room_for_so_many_and_again_when_one_is_closed() -> None:
    streams = OpenStreams(2)
    streams.enter("a")
    assert streams.has_room("a")
    streams.enter("a")
    assert (streams.has_room("a"), streams.has_room("b")) == (False, True)
    streams.leave("a")
    assert streams.has_room("a")
