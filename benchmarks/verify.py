"""How long a whole export takes offline, and how large the browser's module is: `python benchmarks/verify.py`.

Limits of the issue: 100,000 entries under 60 s, the module under 6 KB compressed. Verification of one signal in a
browser is measured by tests/e2e/alpine, in Chromium.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alpine_core.verify.canonical import canonical_bytes, signal_hash
from alpine_core.verify.checkpoint import Checkpoint
from alpine_core.verify.commitment import commitment
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.note import sign_note
from alpine_core.verify.note_key import LOG_KEY, SigningKey
from alpine_core.verify.record_file import FORMAT, RecordHead, write_head
from alpine_core.verify.stored_hashes import Frontier

ENTRIES = 100_000
ORIGIN = "provider.example/signals"
BEGIN = datetime(2026, 1, 2, tzinfo=UTC)
MODULE = Path(__file__).parents[1] / "apps/alpine_web/src/alpine_web/web/static/verify.js"


def entries(count: int) -> list[str]:
    """A log of signals, each sealed, disclosed and ended."""
    log = [f'{{"at":"{_moment(0)}","kind":"genesis","methodology_sha256":"{"7" * 64}","origin":"{ORIGIN}","v":1}}']
    for number in range((count - 1) // 3):
        log += _signal(number, 1 + 3 * number)
    return log


def _signal(number: int, index: int) -> list[str]:
    at, reveal_by = _moment(number), _moment(number + 86_400)
    content: dict[str, object] = {
        "action": "BUY",
        "confidence": 97.3,
        "entry_price": 175.25,
        "signal_id": f"SIG-{number}",
        "stop_price": 171.5,
        "strategy": "momentum",
        "symbol": "AAPL",
        "target_price": 184.0,
        "timestamp": at,
    }
    salt = number.to_bytes(32, "big")
    sealed = commitment(salt, bytes.fromhex(signal_hash(content))).hex()
    return [
        f'{{"at":"{at}","commit":"{sealed}","kind":"signal","reveal_by":"{reveal_by}","scheme":"jcs-1",'
        f'"seq":{number},"stream":"main","v":1}}',
        f'{{"at":"{at}","kind":"reveal","of":{index},"salt":"{salt.hex()}",'
        f'"signal":{canonical_bytes(content).decode()},"v":1}}',
        f'{{"at":"{at}","exit_at":"{at}","exit_price":184,"kind":"outcome","of":{index},"result":"target",'
        f'"source":"replay","v":1}}',
    ]


def _moment(seconds: int) -> str:
    return f"{BEGIN + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%f}Z"


def main() -> int:
    """Print each figure beside its limit; 1 if one is over it."""
    key = SigningKey(ORIGIN, LOG_KEY, b"\x01" * 32)
    log = entries(ENTRIES)
    frontier, _ = Frontier().extend([leaf_hash(entry.encode()) for entry in log])
    head = RecordHead(
        format=FORMAT,
        origin=ORIGIN,
        size=len(log),
        checkpoint=sign_note(Checkpoint(ORIGIN, frontier.size, frontier.root).text, key),
        policy=f"log {key.key.vkey}\nquorum none\n",
        exported_at=_moment(100_000),
    )
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.jsonl"
        record.write_text("\n".join([write_head(head), *log, ""]), "utf-8")
        program = "import sys; from alpine_core.offline import main; sys.exit(main(sys.argv[1:]))"
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", program, "record", record], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
    packed = len(subprocess.run(["gzip", "-9", "-c", MODULE], check=True, capture_output=True).stdout)
    print(f"record of {len(log):,} entries verified offline: {seconds:.1f} s (limit 60 s)")
    print(f"browser module, gzip -9: {packed:,} bytes (limit 6,144)")
    return int(seconds >= 60 or packed >= 6_144)


if __name__ == "__main__":
    sys.exit(main())
