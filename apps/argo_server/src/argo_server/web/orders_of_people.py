"""What a person may ask for that changes how an executor trades: bodies and forms, decoded strictly."""

from __future__ import annotations

from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta

from argo_core.errors import DataError

Words = Annotated[str, Meta(min_length=3, max_length=500, pattern=r"\S", description="Why, for the record.")]
Person = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\S", description="Who asks, for the record.")]
ExecutorName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,31}\Z", description="An executor's id, or all.")]


class HaltRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The kill switch needs no explanation: seconds count."""

    reason: Words = "halted by an operator"
    by: Person = "operator"


class ResumeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Trading begins again in somebody's name."""

    reason: Words
    by: Person


class HaltOrder(HaltRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The generator's switch: for one executor, or for all."""

    executor: ExecutorName


class TestRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A symbol whose price is known."""

    symbol: Annotated[str, Meta(max_length=32)]


class HaltForm(HaltOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is that of the page which holds the form."""

    token: str


class ResumeForm(ResumeRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`confirm` is the executor's name, typed."""

    token: str
    confirm: str


S = TypeVar("S", bound=msgspec.Struct)


def decode_body(body: bytes, shape: type[S]) -> S:
    """A JSON body; an empty one says nothing but what the shape says itself. Raises DataError `bad_body`."""
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError("bad_body", f"{error}: send JSON with {', '.join(shape.__struct_fields__)}") from error


def decode_form(body: bytes, shape: type[S]) -> S:
    """A form as a browser sends it; fields that were left empty do not count. Raises DataError `bad_form`."""
    try:
        pairs = parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=len(shape.__struct_fields__))
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise DataError("bad_form", "a field occurs twice")
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        raise DataError("bad_form", f"{error}: fill in the form again") from error
    except ValueError as error:
        raise DataError("bad_form", "the form is not percent-encoded UTF-8 of its own fields") from error
