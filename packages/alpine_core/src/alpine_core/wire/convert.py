"""JSON values as typed ones."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from alpine_core.errors import SenderError

T = TypeVar("T")


def convert(value: object, kind: type[T]) -> T:
    """`value` as `kind`, exactly typed. Raises SenderError `unknown_field`, `missing_field`, `bad_type`."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        words = " ".join(str(error).split())
        code = "bad_type"
        if "unknown field" in words:
            code = "unknown_field"
        elif "missing required field" in words:
            code = "missing_field"
        raise SenderError(code, f"{words[:200]}: see the schema of this body") from None
