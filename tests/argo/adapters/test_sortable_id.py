"""Ids sort by the time of their making, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argo_core.adapters.sortable_id import sortable_ids

START = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


class ListedClock:
    """Says one moment after the other."""

    def __init__(self, moments: list[datetime]) -> None:
        self._moments = iter(moments)

    def now(self) -> datetime:
        return next(self._moments)


def test_ids_of_one_millisecond_count_up() -> None:
    new_id = sortable_ids(ListedClock([START] * 1_000))
    made = [new_id() for _ in range(1_000)]
    assert made == sorted(set(made))


def test_an_id_of_a_later_millisecond_is_not_the_next_number() -> None:
    new_id = sortable_ids(ListedClock([START, START + timedelta(milliseconds=1)]))
    first, second = new_id(), new_id()
    assert first < second
    assert first[:10] != second[:10]
    assert first[10:] != second[10:]


def test_a_clock_that_is_set_back_does_not_change_the_order() -> None:
    new_id = sortable_ids(ListedClock([START, START - timedelta(hours=1), START - timedelta(hours=2)]))
    made = [new_id() for _ in range(3)]
    assert made == sorted(set(made))


def test_an_id_has_26_letters_and_digits_that_cannot_be_mistaken() -> None:
    made = sortable_ids(ListedClock([START]))()
    assert len(made) == 26
    assert set(made) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
