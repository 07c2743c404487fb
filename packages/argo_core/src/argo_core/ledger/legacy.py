"""`legacy-json-0`: the hash of signals that are older than the canonical form.

Their senders hashed `json.dumps({nine fields}, sort_keys=True, default=str)`: Python's own spacing, number text and
escapes. 175.0 and 175 differ there, and a float-typed model in between destroys the hash. So the values must come
straight from the stored JSON text, or the stored preimage itself is checked. New signals never use this scheme.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Final

from argo_core.ledger.canonical_error import CanonicalError
from argo_core.ledger.hash_text import same_hash
from argo_core.ledger.hashed_fields import require_hashed_fields

LEGACY_SCHEME: Final = "legacy-json-0"
# An integer of more bits is beyond every double; json.dumps would refuse to print the longest with a bare ValueError.
_MAX_INTEGER_BITS: Final = 1024
_DATE_LENGTH: Final = len("YYYY-MM-DD")


def legacy_preimage(fields: Mapping[str, object]) -> bytes:
    """The ASCII bytes that a legacy sender hashed.

    `fields`: the nine, with values as a JSON reader gives them: str, int, float or None, exact types. `default=str`
    never comes into play for these, so a value that would need it is refused, and so are NaN and infinities: what
    they stood for can only be checked by `legacy_matches`. Raises CanonicalError.
    """
    require_hashed_fields(fields)
    for name, value in fields.items():
        _require_json_value(name, value)
    return json.dumps(dict(fields), sort_keys=True).encode("ascii")


def legacy_hash(fields: Mapping[str, object]) -> str:
    """SHA-256 of `legacy_preimage(fields)`: 64 lower-case hex digits. Raises CanonicalError."""
    return hashlib.sha256(legacy_preimage(fields)).hexdigest()


def legacy_matches(preimage_text: str, fields: Mapping[str, object], claimed: str) -> bool:
    """Whether a stored preimage has the claimed hash and says, field by field, what `fields` say.

    `claimed`: 64 hex digits in any case. Numbers agree by value (175 and 175.0), all else by type and value, with two
    allowances for what `json.dumps` did: a timestamp that was a datetime has a space where ISO 8601 has `T`, and a
    NaN or infinity agrees with null (see `legacy_is_json`). Never raises for bad input: the answer is then False.
    """
    if not preimage_text.isascii():
        return False
    if not same_hash(claimed, hashlib.sha256(preimage_text.encode("ascii")).hexdigest()):
        return False
    try:
        said = json.loads(preimage_text)
        # Only what json.dumps itself writes: another text, say with a name twice, could be read in two ways.
        if not isinstance(said, dict) or json.dumps(said, sort_keys=True) != preimage_text:
            return False
        require_hashed_fields(said)
        require_hashed_fields(fields)
    except (ValueError, RecursionError, CanonicalError):
        return False
    return all(_agree(name, said[name], shown) for name, shown in fields.items())


def legacy_is_json(preimage_text: str) -> bool:
    """False if the preimage is not JSON, as with a NaN that `json.dumps` let through: show it as legacy and invalid."""
    try:
        json.loads(preimage_text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _require_json_value(name: str, value: object) -> None:
    if value is None or type(value) is str:
        return
    if type(value) is float:
        if not math.isfinite(value):
            raise CanonicalError("nan_or_inf", f"{name} is not finite: check the stored preimage instead")
    elif type(value) is int:
        if value.bit_length() > _MAX_INTEGER_BITS:
            raise CanonicalError("number_out_of_range", f"{name} is an integer beyond every double")
    else:
        raise CanonicalError("bad_type", f"{name} is a {type(value).__name__}: pass the values of the stored JSON text")


def _agree(name: str, said: object, shown: object) -> bool:
    if isinstance(said, float) and not math.isfinite(said):
        return shown is None
    if _is_number(said) and _is_number(shown):
        return said == shown
    if type(said) is not type(shown):
        return False
    if name == "timestamp" and isinstance(said, str) and isinstance(shown, str):
        return said == shown or said == _as_str_of_datetime(shown)
    return said == shown


def _as_str_of_datetime(iso: str) -> str:
    if iso[_DATE_LENGTH : _DATE_LENGTH + 1] != "T":
        return iso
    return f"{iso[:_DATE_LENGTH]} {iso[_DATE_LENGTH + 1 :]}"


def _is_number(value: object) -> bool:
    return type(value) is int or type(value) is float


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
