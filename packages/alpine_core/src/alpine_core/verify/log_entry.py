"""The log's entries that something here depends on: signals, what discloses them, and outcomes.

An entry is the RFC 8785 text of one object; a text that is not exactly that is no entry.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from alpine_core.errors import NotProven, SenderError
from alpine_core.model.witness import LoggedSignal
from alpine_core.verify.canonical import canonical_bytes
from alpine_core.verify.field_rules import number_text, require_timestamp
from alpine_core.verify.tiles import LARGEST_ENTRY
from alpine_core.wire.json_text import read_object

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_COUNT = r"0|[1-9][0-9]{0,15}"
_SIGNAL = re.compile(
    rf'\{{"at":"(?P<at>{_TIME})","commit":"(?P<commit>[0-9a-f]{{64}})","kind":"signal",'
    rf'"reveal_by":"(?P<reveal_by>{_TIME})",'
    rf'"scheme":"jcs-1","seq":(?P<seq>{_COUNT}),"stream":"(?P<stream>[!#-\[\]-~]{{1,64}})","v":1\}}'
)
_LARGEST = 2**53 - 1
_OUTCOME_NAMES = {"at", "exit_at", "exit_price", "kind", "of", "result", "source", "v"}
_REVEAL_NAMES = {"at", "kind", "of", "salt", "signal", "v"}
_RESULTS = frozenset({"target", "stop", "expired", "cancelled", "manual"})
# Printable ASCII that JSON writes as it is.
_SOURCE = re.compile(r"[ !#-\[\]-~]{1,128}")
_SALT = re.compile(r"[0-9a-f]{64}")


class OutcomeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome as the log has it, of the signal at leaf `of`. `exit_price` is positive, None where there is none."""

    at: str
    of: int
    result: str
    exit_price: float | None
    exit_at: str
    source: str


class RevealEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the log discloses of the signal at leaf `of`: its `salt` (hex), and the nine fields in canonical bytes."""

    at: str
    of: int
    salt: str
    canonical: bytes
    fields: dict[str, Any]


def read_signal_entry(text: str, leaf_index: int) -> LoggedSignal:
    """Raises NotProven `bad_entry`."""
    found = _SIGNAL.fullmatch(text)
    if found is None or int(found["seq"]) > _LARGEST:
        raise _bad("it is no canonical entry of kind signal")
    _require_times(found["at"], found["reveal_by"])
    return LoggedSignal(
        leaf_index=leaf_index,
        stream=found["stream"],
        seq=int(found["seq"]),
        at=found["at"],
        reveal_by=found["reveal_by"],
        commit=found["commit"],
    )


def read_outcome_entry(text: str) -> OutcomeEntry:
    """Raises NotProven `bad_entry`."""
    members = _members(text, "outcome", _OUTCOME_NAMES)
    result, source, price = members["result"], members["source"], members["exit_price"]
    if result not in _RESULTS or not isinstance(source, str) or _SOURCE.fullmatch(source) is None:
        raise _bad("result or source is none")
    if price is not None and (type(price) not in (int, float) or price <= 0):
        raise _bad("exit_price is no price")
    _require_times(members["exit_at"])
    canonical = (
        f'{{"at":"{members["at"]}","exit_at":"{members["exit_at"]}","exit_price":{_number(price)},"kind":"outcome",'
        f'"of":{members["of"]},"result":"{result}","source":"{source}","v":1}}'
    )
    _require_canonical(text, canonical)
    return OutcomeEntry(
        at=members["at"],
        of=members["of"],
        result=str(result),
        exit_price=None if price is None else float(price),
        exit_at=members["exit_at"],
        source=source,
    )


def read_reveal_entry(text: str) -> RevealEntry:
    """Raises NotProven `bad_entry`."""
    members = _members(text, "reveal", _REVEAL_NAMES)
    salt, fields = members["salt"], members["signal"]
    if not isinstance(salt, str) or _SALT.fullmatch(salt) is None or not isinstance(fields, dict):
        raise _bad("salt or signal is none")
    try:
        signal = canonical_bytes(fields)
    except SenderError as error:
        raise _bad(str(error)) from None
    canonical = (
        f'{{"at":"{members["at"]}","kind":"reveal","of":{members["of"]},"salt":"{salt}",'
        f'"signal":{signal.decode()},"v":1}}'
    )
    _require_canonical(text, canonical)
    return RevealEntry(at=members["at"], of=members["of"], salt=salt, canonical=signal, fields=fields)


def kind_of(text: str) -> str:
    """The kind that an entry says it is of; empty where that cannot be told at once."""
    found = re.search(r'[{,]"kind":"([a-z_]{1,32})"', text)
    return "" if found is None else found[1]


def _members(text: str, kind: str, names: set[str]) -> dict[str, Any]:
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_ENTRY:
        raise _bad(f"it has more than {LARGEST_ENTRY} bytes")
    try:
        members = read_object(text.encode("utf-8", "surrogatepass"))
    except SenderError as error:
        raise _bad(str(error)) from None
    if members.keys() != names or members["kind"] != kind or members["v"] != 1:
        raise _bad(f"it has not the members of kind {kind}")
    of = members["of"]
    if type(of) is not int or not 0 <= of <= _LARGEST:
        raise _bad("of is no leaf's index")
    _require_times(members["at"])
    return members


def _number(price: float | None) -> str:
    return number_text("exit_price", price, nullable=True)


def _require_times(*texts: object) -> None:
    try:
        for text in texts:
            require_timestamp(text)
    except SenderError as error:
        raise _bad(str(error)) from None


def _require_canonical(text: str, canonical: str) -> None:
    if text != canonical:
        raise _bad("it is not in canonical form")


def _bad(problem: str) -> NotProven:
    return NotProven("bad_entry", f"the log's entry cannot be read: {problem}")
