"""One signal's body: readable, complete, nothing unknown in it; its hash is claimed and not looked at yet."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from alpine_core.errors import SenderError
from alpine_core.model.signal import HASHED_NAMES, Details
from alpine_core.wire.convert import convert
from alpine_core.wire.json_text import read_object
from alpine_core.wire.ledger import LedgerMembers, take_ledger
from alpine_core.wire.limits import DECISION_BYTES, DECISION_DEPTH, SIGNAL_BYTES, require_size
from alpine_core.wire.moments import read_moment

_HASH_NAMES = ("sha256", "verification_hash", "hash")
_OLDER_NAMES = {"take_profit": "target_price", "stop_loss": "stop_price"}
_DETAIL_NAMES = frozenset(Details.__struct_fields__)
_HEX = re.compile(r"[0-9a-fA-F]{64}")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """`fields`: the nine, by their names, as the JSON text has them (an absent one is absent, types unchecked).

    `claimed`: the hash as 64 lower-case hex digits. `scheme`: as named, None if not. `body`: the bytes as received.
    `ledger`: what the body says of the signal's place in the provider's log, unchecked; None: nothing.
    """

    fields: dict[str, Any]
    claimed: str
    scheme: str | None
    details: Details
    body: bytes
    ledger: LedgerMembers | None = None

    @property
    def signal_id(self) -> str:
        """The signal's name for an answer, empty if it has none that can be shown."""
        found = self.fields.get("signal_id")
        return found[:64] if isinstance(found, str) else ""


def read_signal(body: bytes) -> Envelope:
    """The envelope of one signal's body.

    Raises TooLarge, and SenderError: those of `read_object`, `unknown_field`, `missing_field`, `bad_type`, `bad_hash`,
    `hashes_differ`, `bad_timestamp`, `decision_too_large`, `too_deep`, and those of `take_ledger`.
    """
    require_size(body, SIGNAL_BYTES)
    members = read_object(body)
    for older, name in _OLDER_NAMES.items():
        if older in members:
            if name in members:
                raise SenderError("duplicate_key", f"{older} and {name} are one field: send one of them")
            members[name] = members.pop(older)
    fields = {name: members.pop(name) for name in HASHED_NAMES if name in members}
    claimed = _claimed_hash(members)
    scheme = members.pop("scheme", None)
    if not isinstance(scheme, str | None):
        raise SenderError("bad_type", "scheme: send a string, or leave it out")
    ledger = take_ledger(members)
    return Envelope(fields=fields, claimed=claimed, scheme=scheme, details=_details(members), body=body, ledger=ledger)


def _claimed_hash(members: dict[str, Any]) -> str:
    given = {name: members.pop(name) for name in _HASH_NAMES if name in members}
    if not given:
        raise SenderError("missing_field", "verification_hash is missing: send the SHA-256 of the nine fields")
    for name, value in given.items():
        if not isinstance(value, str) or _HEX.fullmatch(value) is None:
            raise SenderError("bad_hash", f"{name}: send 64 hex digits")
    hashes = {str(value).lower() for value in given.values()}
    if len(hashes) > 1:
        raise SenderError("hashes_differ", f"{' and '.join(given)} differ: send one hash, or the same twice")
    return hashes.pop()


def _details(members: dict[str, Any]) -> Details:
    unknown = sorted(members.keys() - _DETAIL_NAMES)
    if unknown:
        raise SenderError("unknown_field", f"{unknown[0][:40]!a} is not a field of a signal: leave it out")
    _require_shallow(members.get("decision"))
    details = convert(members, Details)
    if details.decision and len(msgspec.json.encode(details.decision)) > DECISION_BYTES:
        raise SenderError("decision_too_large", f"decision: send at most {DECISION_BYTES} bytes of JSON")
    _require_moments(details)
    return details


def _require_moments(details: Details) -> None:
    # Pages reckon with these times: one that is none would break them for every reader.
    times = [("as_of", details.as_of)]
    for vote in details.votes:
        times += [("votes: observed_at", vote.observed_at), ("votes: received_at", vote.received_at)]
    for name, text in times:
        if text is not None:
            read_moment(name, text)


def _require_shallow(decision: object) -> None:
    level = [decision]
    for _ in range(DECISION_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise SenderError("too_deep", f"decision: nest at most {DECISION_DEPTH} levels")


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
