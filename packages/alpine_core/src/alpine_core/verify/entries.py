"""Every entry a log may hold, read strictly: the RFC 8785 text of one object with exactly the members of its kind."""

from __future__ import annotations

import json.encoder
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from alpine_core.errors import NotProven, SenderError
from alpine_core.verify.canonical import canonical_bytes
from alpine_core.verify.es_number import es_number
from alpine_core.verify.field_rules import LARGEST, require_timestamp

LARGEST_ENTRY_BYTES = 65_535
RESULTS = ("target", "stop", "expired", "cancelled", "manual")

_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[!-~]{1,256}")
_WORDS = re.compile(r"[^\x00-\x1f\x7f]{1,1024}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_write_text: Callable[[str], str] = json.encoder.encode_basestring
_decoder = msgspec.json.Decoder(dict[str, Any])


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: log time, `YYYY-MM-DDTHH:MM:SS.ffffffZ`, whose order as text is its order in time."""

    at: str


class GenesisEntry(Entry, frozen=True, kw_only=True):
    """The first entry. `methodology_sha256`: of the published text that says how signals are made and judged."""

    origin: str
    methodology_sha256: str


class SignalEntry(Entry, frozen=True, kw_only=True):
    """A signal, sealed. `seq` is dense from 0 in its `stream`; `commit` binds the content; disclosed by `reveal_by`."""

    stream: str
    seq: int
    scheme: str
    commit: str
    reveal_by: str


class RevealEntry(Entry, frozen=True, kw_only=True):
    """Discloses the signal at leaf `of`. `signal`: as it stands in the log, its nine fields not judged yet."""

    of: int
    salt: str
    signal: Mapping[str, Any]


class OutcomeEntry(Entry, frozen=True, kw_only=True):
    """How the signal at leaf `of` ended. `exit_price` is positive, None where there was none."""

    of: int
    result: str
    exit_price: float | None
    exit_at: str
    source: str


class CorrectionEntry(Entry, frozen=True, kw_only=True):
    """What the outcome at leaf `of` should have said; the first one stands, this stands beside it."""

    of: int
    reason: str
    replaces: Mapping[str, Any]


class LegacyEntry(Entry, frozen=True, kw_only=True):
    """`count` signals of an older scheme, by the RFC 6962 root over their hashes."""

    scheme: str
    count: int
    root: str


class DecisionsEntry(Entry, frozen=True, kw_only=True):
    """All decisions of one day, those against a signal too, by the RFC 6962 root over their records."""

    date: str
    count: int
    root: str


class TallyEntry(Entry, frozen=True, kw_only=True):
    """The next `seq` of each stream, so that a reader need not count from the beginning."""

    streams: Mapping[str, int]


class PolicyEntry(Entry, frozen=True, kw_only=True):
    """A published text that is in force from here on."""

    name: str
    sha256: str
    text_url: str


class KeyEntry(Entry, frozen=True, kw_only=True):
    """A key of the log that is in force from `valid_from` on (`add`), or no longer (`retire`)."""

    action: str
    vkey: str
    valid_from: str


Rule = Callable[[Any], bool]


def read_entry(text: str) -> Entry:
    """The entry that `text` is.

    Raises NotProven: `non_canonical_entry` (not the RFC 8785 text of one object, or longer than 65,535 bytes),
    `unknown_kind`, and for what its kind does not allow `bad_genesis`, `bad_signal` or `bad_entry`.
    """
    members = _members(text)
    kind = members.get("kind")
    found = _KINDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise NotProven("unknown_kind", "the entry is of a kind that this reader does not know: use a newer one")
    made, rules = found
    if members.keys() != rules.keys() | {"v", "kind", "at"}:
        raise NotProven(_code(made), f"an entry of kind {kind} has other members: the log holds what it may not")
    if type(members["v"]) is not int or members["v"] != 1 or not _is_time(members["at"]):
        raise NotProven(_code(made), f"v or at of the {kind} entry is not what it may be")
    for name, holds in rules.items():
        if not holds(members[name]):
            raise NotProven(_code(made), f"{name} of the {kind} entry is not what it may be")
    return made(at=members["at"], **{name: members[name] for name in rules})


def _members(text: str) -> dict[str, Any]:
    try:
        data = text.encode("utf-8")
        members = _decoder.decode(data)
        whole = len(data) <= LARGEST_ENTRY_BYTES and canonical_text(members) == text
    except (ValueError, RecursionError, msgspec.DecodeError):
        whole = False
    if not whole:
        raise NotProven("non_canonical_entry", "the entry is not the RFC 8785 text of one object: it was rewritten")
    return members


def canonical_text(value: Any) -> str:
    """RFC 8785, for values read from JSON; names sort by UTF-16 units (section 3.2.3). Raises ValueError."""
    if type(value) is str:
        return _write_text(value)
    if type(value) is int or type(value) is float:
        return _number(value)
    if type(value) is dict:
        names = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf16)
        return "{" + ",".join(f"{_write_text(name)}:{canonical_text(value[name])}" for name in names) + "}"
    if type(value) is list:
        return "[" + ",".join(map(canonical_text, value)) + "]"
    return {None: "null", True: "true", False: "false"}[value]


def _number(value: float) -> str:
    if abs(value) > LARGEST:
        raise ValueError("a number that two readers may read differently")
    return str(value) if type(value) is int else es_number(value)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def _fits(pattern: re.Pattern[str]) -> Rule:
    def holds(value: Any) -> bool:
        return isinstance(value, str) and pattern.fullmatch(value) is not None

    return holds


def _one_of(*words: str) -> Rule:
    return lambda value: isinstance(value, str) and value in words


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _is_price(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and value > 0)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tally(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_name(name) and _is_count(count) for name, count in value.items())


def _is_time(value: Any) -> bool:
    try:
        require_timestamp(value)
    except SenderError:
        return False
    return True


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None and _is_time(f"{value}T00:00:00.000000Z")


_is_hash, _is_name, _is_words = _fits(_HASH), _fits(_NAME), _fits(_WORDS)

_KINDS: Mapping[str, tuple[type[Entry], Mapping[str, Rule]]] = {
    "genesis": (GenesisEntry, {"origin": _is_name, "methodology_sha256": _is_hash}),
    "signal": (
        SignalEntry,
        {"stream": _is_name, "seq": _is_count, "scheme": _one_of("jcs-1"), "commit": _is_hash, "reveal_by": _is_time},
    ),
    "reveal": (RevealEntry, {"of": _is_count, "salt": _is_hash, "signal": _is_object}),
    "outcome": (
        OutcomeEntry,
        {
            "of": _is_count,
            "result": _one_of(*RESULTS),
            "exit_price": _is_price,
            "exit_at": _is_time,
            "source": _is_words,
        },
    ),
    "correction": (CorrectionEntry, {"of": _is_count, "reason": _is_words, "replaces": _is_object}),
    "legacy": (LegacyEntry, {"scheme": _one_of("legacy-json-0", "jcs-1"), "count": _is_count, "root": _is_hash}),
    "decisions": (DecisionsEntry, {"date": _is_date, "count": _is_count, "root": _is_hash}),
    "tally": (TallyEntry, {"streams": _is_tally}),
    "policy": (PolicyEntry, {"name": _is_words, "sha256": _is_hash, "text_url": _is_words}),
    "key": (KeyEntry, {"action": _one_of("add", "retire"), "vkey": _is_name, "valid_from": _is_time}),
}


def revealed_canonical(entry: RevealEntry) -> bytes:
    """The canonical bytes of the nine fields that the entry discloses. Raises SenderError, as `canonical_bytes`."""
    return canonical_bytes(entry.signal)


def _code(made: type[Entry]) -> str:
    return {GenesisEntry: "bad_genesis", SignalEntry: "bad_signal"}.get(made, "bad_entry")
