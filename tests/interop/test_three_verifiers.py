"""Producer, distributor and browser module read the same texts: they accept the same signals, with the same hash.

Each is its own program, fed by the line. Names that occur twice are left out: a browser cannot see them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

SEED = 20261121
OBJECTS = 3_000 if os.environ.get("TEST_COUNTS", "slice") == "slice" else 100_000
BATCH = 1_000
MODULE = Path(__file__).parents[2] / "apps/alpine_web/src/alpine_web/web/static/verify.js"

PRODUCER = """
import sys
from argo_core.ledger import parse_canonical, signal_hash
from argo_core.errors import ArgoError
from argo_core.ledger.json_text import read_object
for line in sys.stdin.buffer:
    try:
        print(signal_hash(read_object(line.rstrip(b"\\n"))))
    except ArgoError:
        print("refused")
"""
DISTRIBUTOR = """
import sys
from alpine_core.errors import SenderError
from alpine_core.verify.canonical import signal_hash
from alpine_core.wire.json_text import read_object
for line in sys.stdin.buffer:
    try:
        print(signal_hash(read_object(line.rstrip(b"\\n"))))
    except SenderError:
        print("refused")
"""
BROWSER = """
import { signalHash } from "./verify.mjs";
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let told = "refused";
  try { told = await signalHash(JSON.parse(line)); } catch {}
  console.log(told);
}
"""

BASE = {
    "signal_id": '"SIG-000123"',
    "symbol": '"BTC-USD"',
    "action": '"BUY"',
    "entry_price": "175.25",
    "target_price": "184.5",
    "stop_price": "171.5",
    "confidence": "97.3",
    "strategy": '"weighted_consensus_v6"',
    "timestamp": '"2026-01-02T14:30:00.123456Z"',
}
NUMBERS = ("entry_price", "target_price", "stop_price", "confidence")
ODD_NUMBERS = (
    *("0", "-0", "0.0", "-0.0", "1e400", "-1e400", "1e-400", "5e-324", "1E5", "1e+5", "100", "1.0", "1e21", "1e-7"),
    *("9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740991", "9007199254740991.4"),
    *("123456789012345678901234567890", "0.1", "0.30000000000000004", "1e-5", "0.00001", "0.000001", "4.35", "null"),
    *("true", '"175"', "NaN", "[]", "{}", "01", "+1", ".5", "1.", "1e", "0x10"),
)
ODD_CHARACTERS = (
    *("a", "Z", "0", " ", "-", "_", "/", "\\\\", '\\"', "\\u0041", "\\n", "\u00e9", "e\u0301", "\u212b", "\u0660"),
    *("\u200b", "\u202e", "\ufeff", "\U0001f600", "\U0001f468\u200d\U0001f469", "\ud7a3", "\u1112\u1161", "\u2028"),
    *("\\ud800", "\\u0000", "\ufffe", "\u00df", "\u03a9", "\x7f", "\t", "\u0378", "\U00010378", "\u0344", "\ufb1d"),
)
ODD_TIMES = (
    *("2026-02-29T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z", "2026-01-02T24:00:00.000000Z", "0000-01-01"),
    *(
        "2026-01-02T14:30:60.000000Z",
        "2026-01-02T14:30:00Z",
        "2026-01-02t14:30:00.123456Z",
        "1900-02-29T00:00:00.000000Z",
    ),
    *("2026-01-02T14:30:00.123456+00:00", "2026-13-02T14:30:00.123456Z", "0001-01-01T00:00:00.000000Z", ""),
    *("2026-01-02T14:30:00.123456Z\\n", "\u0662026-01-02T14:30:00.123456Z", "2000-02-29T00:00:00.000000Z"),
    *("0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"),
)


def objects(dice: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        members = {**BASE, **{name: number(dice) for name in NUMBERS if dice.random() < 0.4}}
        for _ in range(dice.choice((0, 0, 1, 1, 1, 2))):
            spoil(dice, members)
        names = list(members)
        dice.shuffle(names)
        space = dice.choice(("", " "))
        yield "{" + f",{space}".join(f'"{name}":{space}{members[name]}' for name in names) + "}"


def number(dice: random.Random) -> str:
    """Shortest texts of doubles of every size, most of them in the domain."""
    kind = dice.random()
    if kind < 0.5:
        return repr(round(dice.uniform(0, 10 ** dice.randrange(-3, 9)), dice.randrange(0, 9)))
    if kind < 0.8:
        return repr(dice.uniform(-1, 1) * 2.0 ** dice.randrange(-60, 54))
    return str(dice.randrange(-(2**53), 2**53))


def spoil(dice: random.Random, members: dict[str, str]) -> None:
    name = dice.choice(list(BASE))
    kind = dice.random()
    if kind < 0.4:
        members[dice.choice(NUMBERS)] = dice.choice(ODD_NUMBERS)
    elif kind < 0.7:
        text = "".join(dice.choice(ODD_CHARACTERS) for _ in range(dice.randrange(0, 6)))
        members[dice.choice(("strategy", "strategy", "symbol", "action", "signal_id"))] = f'"{text}"'
    elif kind < 0.8:
        members["timestamp"] = f'"{dice.choice(ODD_TIMES)}"'
    elif kind < 0.9:
        members.pop(name, None)
    elif kind < 0.95:
        members[dice.choice(("extra", "Action", "verification_hash"))] = "1"
    else:
        members[name] = "null"


def answers(command: list[str], lines: list[str], folder: Path) -> list[str]:
    done = subprocess.run(
        command, input="".join(f"{line}\n" for line in lines).encode(), cwd=folder, capture_output=True, check=True
    )
    return done.stdout.decode().split()


def node() -> str:
    found = shutil.which("node")
    if found is None:
        reason = "the package nodejs is missing: apt-get install nodejs"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.mark.timeout(0 if OBJECTS > 10_000 else 120)
def test_three_implementations_accept_the_same_texts_with_the_same_hash(tmp_path: Path) -> None:
    shutil.copy(MODULE, tmp_path / "verify.mjs")
    (tmp_path / "browser.mjs").write_text(BROWSER)
    programs = {
        "producer": [sys.executable, "-c", PRODUCER],
        "distributor": [sys.executable, "-c", DISTRIBUTOR],
        "browser": [node(), "browser.mjs"],
    }
    dice = random.Random(SEED)
    accepted = 0
    for _ in range(OBJECTS // BATCH):
        lines = list(objects(dice, BATCH))
        told = {name: answers(command, lines, tmp_path) for name, command in programs.items()}
        assert [len(each) for each in told.values()] == [BATCH] * 3
        for (one, first), (other, second) in pairwise(told.items()):
            differing = [f"{line} {a} {b}" for line, a, b in zip(lines, first, second, strict=True) if a != b]
            assert not differing, (one, other, differing[:5])
        accepted += sum(answer != "refused" for answer in told["producer"])
    assert 0.2 < accepted / OBJECTS < 0.8, "the texts are neither all good nor all bad"


def test_the_texts_are_single_lines() -> None:
    for line in objects(random.Random(SEED), 500):
        assert "\n" not in line
        assert json.loads(json.dumps(line)) == line
