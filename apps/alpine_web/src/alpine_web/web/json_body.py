"""Bodies of programs: small JSON objects."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from alpine_core.errors import ReaderError
from alpine_web.web.body import small_body
from alpine_web.web.static_files import AnyRequest

S = TypeVar("S", bound=msgspec.Struct)


async def json_body(request: AnyRequest, shape: type[S]) -> S:
    """The body as `shape`. Raises ReaderError, TooLarge."""
    names = ", ".join(field.encode_name for field in msgspec.structs.fields(shape))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        # A form of another site cannot send this type without asking first.
        raise ReaderError(f"send application/json: an object with {names}")
    try:
        return msgspec.json.decode(await small_body(request), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReaderError(f"the body is not an object with {names} within their limits: correct it") from error
