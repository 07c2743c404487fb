"""Three implementations of RFC 8785 agree on whatever lies in the domain: ours, `rfc8785`, and Node's own JSON."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import subprocess
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from argo_core.ledger import (
    MAX_SAFE_NUMBER,
    CanonicalError,
    canonical_bytes,
    canonical_bytes_checked,
    es_number,
    parse_canonical,
)

NODE_SCRIPT = """
const signals = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const sorted = signal => Object.fromEntries(Object.keys(signal).sort().map(name => [name, signal[name]]));
process.stdout.write(JSON.stringify(signals.map(signal => JSON.stringify(sorted(signal)))));
"""


def is_strategy(text: str) -> bool:
    nonchar = any(0xFDD0 <= ord(c) <= 0xFDEF or ord(c) & 0xFFFE == 0xFFFE for c in text)
    return 1 <= len(text) <= 128 and not nonchar


numbers = st.one_of(
    st.integers(-MAX_SAFE_NUMBER, MAX_SAFE_NUMBER),
    st.floats(-float(MAX_SAFE_NUMBER), float(MAX_SAFE_NUMBER)).filter(lambda x: str(x) != "-0.0"),
    st.decimals(0, 1_000_000, places=4).map(float),
)
strategies = (
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp")), min_size=1, max_size=40)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(is_strategy)
)
instants = st.datetimes().map(lambda instant: instant.isoformat(timespec="microseconds") + "Z")
signals = st.fixed_dictionaries(
    {
        "action": st.from_regex(r"[A-Z][A-Z_]{0,15}", fullmatch=True),
        "confidence": numbers,
        "entry_price": numbers,
        "signal_id": st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True),
        "stop_price": st.none() | numbers,
        "strategy": strategies,
        "symbol": st.from_regex(r"[A-Z0-9][A-Z0-9._:/^=-]{0,31}", fullmatch=True),
        "target_price": st.none() | numbers,
        "timestamp": instants,
    }
)


def random_number(source: random.Random) -> float:
    shape = source.randrange(5)
    if shape == 0:
        return source.randint(-MAX_SAFE_NUMBER, MAX_SAFE_NUMBER)
    if shape == 1:
        return round(source.uniform(0, 100_000), source.randrange(9))
    if shape == 2:
        return float(source.randint(0, 10**6))
    if shape == 3:
        return source.uniform(0.1, 1) * 10.0 ** source.randint(-320, 0)
    while True:
        (value,) = struct.unpack("<d", source.randbytes(8))
        if abs(value) <= MAX_SAFE_NUMBER and value != 0:
            return float(value)


def random_strategy(source: random.Random) -> str:
    letters = "abcXYZ012 _-/\"\\'&<>" if source.random() < 0.7 else '\u00df\u00e9\u4e2d\u0416\u2192\U0001f680"\\ '
    return "".join(source.choice(letters) for _ in range(source.randint(1, 30)))


def random_signal(source: random.Random) -> dict[str, object]:
    fields: dict[str, object] = {
        "signal_id": f"SIG-{source.randrange(10**6):06d}",
        "symbol": source.choice(["AAPL", "BRK.B", "EUR/USD", "BTC-USD", "GSPC^", "ES=F"]),
        "action": source.choice(["BUY", "SELL", "CLOSE_LONG"]),
        "entry_price": random_number(source),
        "target_price": None if source.random() < 0.1 else random_number(source),
        "stop_price": None if source.random() < 0.1 else random_number(source),
        "confidence": random_number(source),
        "strategy": random_strategy(source),
        "timestamp": f"2026-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}"
        f"T{source.randint(0, 23):02d}:30:00.{source.randrange(10**6):06d}Z",
    }
    order = list(fields)
    source.shuffle(order)
    return {name: fields[name] for name in order}


def random_batch(count: int) -> list[dict[str, object]]:
    source = random.Random(20260102)
    return [random_signal(source) for _ in range(count)]


@given(signals)
def test_ours_equals_the_reference_library_and_reads_back(fields: dict[str, object]) -> None:
    wire = canonical_bytes_checked(fields)
    assert wire == rfc8785.dumps(fields)  # type: ignore[arg-type]
    assert canonical_bytes(parse_canonical(wire)) == wire


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_every_finite_double_reads_back_as_the_same_double(value: float) -> None:
    text = es_number(value)
    assert float(text) == value
    assert text.encode("ascii") == rfc8785.dumps(value)


@given(signals, st.sampled_from(["action", "signal_id", "strategy", "symbol", "timestamp"]), st.text(max_size=30))
def test_any_text_in_a_field_is_hashed_as_the_reference_does_or_refused(
    fields: dict[str, object], name: str, text: str
) -> None:
    fields = fields | {name: text}
    try:
        wire = canonical_bytes(fields)
    except CanonicalError as refusal:
        assert refusal.code in {"bad_string", "not_nfc", "bad_timestamp"}
    else:
        assert wire == rfc8785.dumps(fields)  # type: ignore[arg-type]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused_with_a_code(wire: bytes) -> None:
    with pytest.raises(CanonicalError):
        parse_canonical(wire)


@given(st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.floats() | st.integers() | st.text()))
def test_any_json_object_that_is_no_signal_is_refused_with_a_code(members: dict[str, object]) -> None:
    with pytest.raises(CanonicalError):
        parse_canonical(json.dumps(members).encode("ascii"))


def test_five_thousand_random_signals_equal_the_reference_library() -> None:
    for fields in random_batch(5_000):
        assert canonical_bytes(fields) == rfc8785.dumps(fields)  # type: ignore[arg-type]


def test_twenty_thousand_random_signals_equal_what_a_browser_engine_writes() -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("this comparison may not be left out in CI: install the package nodejs")
        pytest.skip("needs the program node: install the package nodejs")
    batch = random_batch(20_000)
    answer = subprocess.run(
        [node, "-e", NODE_SCRIPT], input=json.dumps(batch).encode("ascii"), capture_output=True, check=True, timeout=60
    )
    written: list[str] = json.loads(answer.stdout)
    assert len(written) == 20_000
    assert [canonical_bytes(fields).decode("utf-8") for fields in batch] == written
