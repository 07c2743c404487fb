"""Error families by whose fault it is."""

from __future__ import annotations

from alpine_core.errors import AlpineError, OperatorError, OurError, SenderError


def test_a_senders_error_keeps_a_code_for_machines_and_a_message_for_people() -> None:
    error = SenderError("bad_timestamp", "timestamp: write it as YYYY-MM-DDTHH:MM:SS.ffffffZ")
    assert (error.code, str(error)) == ("bad_timestamp", "timestamp: write it as YYYY-MM-DDTHH:MM:SS.ffffffZ")


def test_the_families_are_told_apart_and_caught_together() -> None:
    families = (SenderError, OperatorError, OurError)
    assert all(issubclass(family, AlpineError) for family in families)
    assert not any(issubclass(one, other) for one in families for other in families if one is not other)
