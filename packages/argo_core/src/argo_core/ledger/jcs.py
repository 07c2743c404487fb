"""RFC 8785 text of the small JSON values that entries are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final

from argo_core.ledger.es_number import es_number
from argo_core.ledger.ledger_error import LedgerError

_MAX_SAFE: Final = 2**53 - 1


def jcs(value: object) -> str:
    """The canonical text: members by name, no white space, ECMAScript's numbers, minimal escapes.

    Values are None, bool, int and float within ±(2**53 - 1), str without surrogates, sequences, and mappings with
    ASCII names (whose order in UTF-16 is the alphabet's). Raises LedgerError `bad_entry` for anything else,
    CanonicalError `nan_or_inf`.
    """
    if type(value) is str:
        return _text(value)
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is int or type(value) is float:
        return _number(value)
    if isinstance(value, Mapping):
        members = sorted((str(name), member) for name, member in value.items())
        if not all(name.isascii() for name, _ in members):
            raise LedgerError("bad_entry", "an entry's member names must be ASCII")
        return "{" + ",".join(f"{_text(name)}:{jcs(member)}" for name, member in members) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(jcs, value)) + "]"
    raise LedgerError("bad_entry", f"an entry cannot hold a {type(value).__name__}")


def _number(value: float) -> str:
    if not abs(value) <= _MAX_SAFE:
        raise LedgerError("bad_entry", "a number of an entry is beyond 2^53 - 1, or not finite")
    return str(value) if type(value) is int else es_number(value)


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise LedgerError("bad_entry", "a text of an entry holds half of a surrogate pair") from error
    return encode_basestring(value)
