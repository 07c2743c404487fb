"""A log written by hand, entry by entry: whatever a provider could write, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alpine_core.verify.canonical import canonical_bytes, signal_hash
from alpine_core.verify.commitment import commitment

GENESIS = (
    '{"at":"2026-01-02T14:29:00.000000Z","kind":"genesis","methodology_sha256":"' + "7" * 64 + '",'
    '"origin":"provider.example/signals","v":1}'
)


@dataclass(frozen=True)
class SmallLog:
    """`contents`: what each sealed signal says, by leaf index. Every method gives a longer log."""

    entries: tuple[str, ...] = (GENESIS,)
    contents: tuple[tuple[int, dict[str, object]], ...] = ()

    def raw(self, text: str) -> SmallLog:
        """Any text as an entry."""
        return replace(self, entries=(*self.entries, text))

    def signal(self, signal_id: str, minute: int, seq: int | None = None, action: str = "BUY") -> SmallLog:
        """A sealed signal of 14:`minute`, to be disclosed within a day."""
        content = nine_fields(signal_id, minute, action)
        sealed = commitment(salt_of(len(self.entries)), bytes.fromhex(signal_hash(content))).hex()
        number = len(self.contents) if seq is None else seq
        entry = (
            f'{{"at":"2026-01-02T14:{minute:02}:00.200000Z","commit":"{sealed}","kind":"signal",'
            f'"reveal_by":"2026-01-03T14:{minute:02}:00.000000Z","scheme":"jcs-1","seq":{number},"stream":"main","v":1}}'
        )
        return replace(self.raw(entry), contents=(*self.contents, (len(self.entries), content)))

    def reveal(self, index: int, minute: int, of: int | None = None) -> SmallLog:
        """Discloses the signal at leaf `index`, of which it says that it is at `of`."""
        content = dict(self.contents)[index]
        return self.raw(
            f'{{"at":"2026-01-02T14:{minute:02}:30.000000Z","kind":"reveal","of":{index if of is None else of},'
            f'"salt":"{salt_of(index).hex()}","signal":{canonical_bytes(content).decode()},"v":1}}'
        )

    def outcome(self, of: int, minute: int, result: str = "stop") -> SmallLog:
        """How the signal at leaf `of` ended."""
        return self.raw(
            f'{{"at":"2026-01-02T14:{minute:02}:40.000000Z","exit_at":"2026-01-02T14:{minute:02}:39.000000Z",'
            f'"exit_price":171.5,"kind":"outcome","of":{of},"result":"{result}","source":"replay","v":1}}'
        )


def nine_fields(signal_id: str, minute: int, action: str = "BUY") -> dict[str, object]:
    """A signal of 14:`minute`."""
    return {
        "signal_id": signal_id,
        "symbol": "AAPL",
        "action": action,
        "entry_price": 175.25,
        "target_price": 184.0,
        "stop_price": 171.5,
        "confidence": 97.3,
        "strategy": "momentum",
        "timestamp": f"2026-01-02T14:{minute:02}:00.100000Z",
    }


def salt_of(index: int) -> bytes:
    """A salt that is no secret."""
    return bytes([index % 256]) * 32
