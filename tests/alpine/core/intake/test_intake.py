"""The door: what is stored, what is announced, what is refused, and that malformed bodies leave nothing behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alpine_core.errors import RuleBroken, SenderError, StoreError
from alpine_core.intake import Intake
from alpine_core.model import VerifiedSignal
from alpine_core.testing import FixedClock, MemoryStore
from alpine_core.testing.samples import DETAILS, legacy_members, sample_body, sample_members
from alpine_core.verify import SignalVerifier

WIN = (
    b'{"signal_id":"%s","outcome":"win","result":"target","exit_price":184.5,'
    b'"exit_at":"2026-01-03T15:00:00Z","profit_loss_pct":5.278174}'
)
SPLINTERS = [b"\x00", b"\xff", b"{", b'"', b"\\", b",", b"1e999", b"NaN"]


class Heard:
    """`ports.Announcer` that notes what was stored when each announcement came."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.cursors: list[tuple[int, int]] = []

    def announce(self, cursor: int) -> None:
        self.cursors.append((cursor, len(self.store.records)))

    async def wait(self, beyond: int, seconds: float) -> int:
        return max((cursor for cursor, _ in self.cursors), default=0)


class Broken(MemoryStore):
    async def store(self, signals: Any, received_at: datetime, advances: Any = ()) -> Any:
        raise StoreError("the disk is full: make room")


class Door:
    def __init__(self, store: MemoryStore | None = None, *, allow_legacy: bool = False) -> None:
        self.store = store or MemoryStore()
        self.heard = Heard(self.store)
        self.intake = Intake(SignalVerifier(allow_legacy), self.store, self.heard, FixedClock())


async def test_a_signal_is_stored_first_and_announced_second() -> None:
    door = Door()
    receipt = await door.intake.signal(sample_body("a"))
    assert (receipt.status, receipt.alpine_signal_id) == ("accepted", 1)
    assert door.heard.cursors == [(1, 1)]


async def test_a_duplicate_and_a_conflict_are_receipts_and_no_news() -> None:
    door = Door()
    await door.intake.signal(sample_body("a"))
    assert (await door.intake.signal(sample_body("a"))).status == "duplicate"
    assert (await door.intake.signal(sample_body("a", entry_price=176.0))).status == "conflict"
    assert door.heard.cursors == [(1, 1)]
    assert len(await door.store.newest(10)) == 1


@pytest.mark.parametrize(
    ("body", "code", "family"),
    [
        (sample_body().replace(b"175.25", b"175.26"), "hash_mismatch", SenderError),
        (sample_body(action="HOLD"), "action_unknown", RuleBroken),
        (json.dumps(legacy_members()).encode(), "legacy_not_allowed", RuleBroken),
    ],
)
async def test_what_is_refused_leaves_nothing(body: bytes, code: str, family: type[SenderError]) -> None:
    door = Door()
    with pytest.raises(family) as refused:
        await door.intake.signal(body)
    assert refused.value.code == code
    assert (await door.store.newest_cursor(), door.heard.cursors) == (0, [])


async def test_every_flipped_byte_of_the_nine_is_refused() -> None:
    door = Door()
    body = sample_body()
    claimed = body.index(b'"verification_hash"')
    for at in range(1, claimed - 1):
        flipped = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        with pytest.raises(SenderError):
            await door.intake.signal(flipped)
    assert await door.store.newest_cursor() == 0


async def test_a_key_of_its_own_lets_older_signals_in() -> None:
    door = Door(allow_legacy=True)
    assert (await door.intake.signal(json.dumps(legacy_members()).encode())).status == "accepted"


async def test_a_batch_is_judged_item_by_item_in_order() -> None:
    door = Door()
    items = [
        sample_body("a"),
        sample_body("b").replace(b"175.25", b"175.26"),
        sample_body("a"),
        b'{"signal_id":"c"',
        sample_body("d", action="HOLD"),
        sample_body("e"),
    ]
    with pytest.raises(SenderError):
        await door.intake.signals(b'{"signals":[' + b",".join(items) + b"]}")
    del items[3]
    receipts = await door.intake.signals(b'{"signals":[' + b",".join(items) + b"]}")
    assert [(one.signal_id, one.status.value, one.code, one.alpine_signal_id) for one in receipts] == [
        ("a", "accepted", None, 1),
        ("b", "refused", "hash_mismatch", None),
        ("a", "duplicate", "duplicate", 1),
        ("d", "refused", "action_unknown", None),
        ("e", "accepted", None, 2),
    ]
    assert door.heard.cursors == [(2, 2)]


async def test_outcomes_are_announced_by_their_own_cursor() -> None:
    door = Door()
    await door.intake.signals(b'{"signals":[' + sample_body("a") + b"," + sample_body("b") + b"]}")
    listed = b",".join([WIN % b"a", WIN % b"ghost", b"{}", WIN % b"a"])
    receipts = await door.intake.outcomes(b'{"outcomes":[' + listed + b"]}")
    assert [(one.signal_id, one.status.value, one.code, one.alpine_signal_id) for one in receipts] == [
        ("a", "accepted", None, 1),
        ("ghost", "refused", "unknown_signal", None),
        ("", "refused", "missing_field", None),
        ("a", "duplicate", "duplicate", 1),
    ]
    assert door.heard.cursors == [(2, 2), (3, 3)]


async def test_bars_are_stored_and_not_announced() -> None:
    door = Door()
    bar = ["2026-01-02T14:30:00Z", 175.0, 180.0, 170.0, 176.0, 10]
    series = [{"symbol": "AAPL", "timeframe": "1m", "bars": [bar]}]
    body = json.dumps({"origin": "replay", "as_of": "2026-01-02T14:31:00Z", "series": series}).encode()
    assert (await door.intake.marks(body)).stored == 1
    assert (await door.intake.marks(body)).duplicates == 1
    day = datetime(2026, 1, 2, tzinfo=UTC)
    assert len(await door.store.bars("AAPL", day, day.replace(day=3))) == 1
    assert door.heard.cursors == []


async def test_a_store_that_fails_is_no_fault_of_the_sender_and_announces_nothing() -> None:
    door = Door(Broken())
    with pytest.raises(StoreError):
        await door.intake.signal(sample_body("a"))
    assert door.heard.cursors == []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


WHOLE = sample_body(**DETAILS)
PLACES = st.integers(0, len(WHOLE) - 1)


def cut(at: int) -> bytes:
    return WHOLE[:at]


def splintered(at: int, splinter: bytes) -> bytes:
    return WHOLE[:at] + splinter + WHOLE[at:]


def flipped(at: int, bit: int) -> bytes:
    return WHOLE[:at] + bytes([WHOLE[at] ^ (1 << bit)]) + WHOLE[at + 1 :]


def replaced(name: str, value: object) -> bytes:
    return json.dumps({**sample_members(**DETAILS), name: value}).encode()


MALFORMED = st.one_of(
    st.binary(max_size=200),
    JSON_VALUES.map(lambda value: json.dumps(value).encode()),
    st.builds(cut, PLACES),
    st.builds(splintered, PLACES, st.sampled_from(SPLINTERS)),
    st.builds(flipped, PLACES, st.integers(0, 7)),
    st.builds(replaced, st.text(min_size=1) | st.sampled_from(sorted(sample_members(**DETAILS))), JSON_VALUES),
)


def unhashed(body: bytes) -> bool:
    """Whether what was broken lies outside of what the hash covers, so that the signal is still the one hashed."""
    return bool(json.loads(body)["verification_hash"].lower() == sample_members()["verification_hash"])


@settings(max_examples=1000)
@given(MALFORMED)
async def test_a_malformed_body_is_the_senders_error_and_nothing_else(body: bytes) -> None:
    for act in ("signal", "signals", "outcomes", "marks"):
        door = Door()
        try:
            await getattr(door.intake, act)(body)
        except SenderError as refused:
            assert "\n" not in str(refused)
            assert await door.store.newest_cursor() == 0
        else:
            assert (act == "signal" and unhashed(body)) or json.loads(body) == {act: []}


def test_a_verified_signal_is_what_the_door_hands_on() -> None:
    assert VerifiedSignal.__struct_fields__[-2:] == ("body", "seal")
