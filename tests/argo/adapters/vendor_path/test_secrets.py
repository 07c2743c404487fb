"""A key appears nowhere: not in a message, a cause, a log line or a figure, in whatever form a vendor echoes it."""

from __future__ import annotations

import base64
import json
import pickle
import traceback
from collections.abc import Callable
from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.adapters.vendor_path import HttpLimits, MemoryBudget, MemoryCache, Redacted, VendorHttp, VendorPath
from argo_core.errors import DataError, SourceError
from tests.argo.adapters.vendor_path.raw_peer import answer, running_peer
from tests.argo.adapters.vendor_path.virtual_time import VirtualTime

KEY = 'AK"7+/Zs 9xVt&3LmR'
HEADER_KEY = "PKq7+/Zs9xVt3LmR"
STATUSES = ("200 OK", "400 Bad", "401 No", "403 No", "404 No", "422 No", "429 Slow", "500 Oh", "503 Busy")
BODIES = {
    "plain": "your key as {key} is over",
    "upper": "your key as {upper} is over",
    "JSON": '{{"Information":"We have detected your API key as {json} and"}}',
    "nested": '{{"error":{{"message":"Incorrect API key provided: {json}."}}}}',
    "URL": '{{"message":"no such page /query?apikey={url}&symbol=A"}}',
    "long": '{{"message":"' + "x" * 285 + '{json}"}}',
    "HTML": "<html>{key}</html>",
    "base64": '{{"detail":"Basic {base64}"}}',
}


def body_with(form: str, key: str) -> bytes:
    forms = {
        "key": key,
        "upper": key.upper(),
        "json": json.dumps(key)[1:-1],
        "url": quote(key, safe=""),
        "base64": base64.b64encode(key.encode()).decode(),
    }
    return BODIES[form].format(**forms).encode()


def shown(error: BaseException) -> str:
    """All that a log, a report or a pickle could show of an error and those behind it."""
    parts = ["".join(traceback.format_exception(error))]
    link: BaseException | None = error
    while link is not None:
        parts += [str(link), repr(link), repr(vars(link))]
        link = link.__cause__ or link.__context__
    return "\n".join(parts)


def assert_hidden(text: str, key: str) -> None:
    low = text.lower()
    for form in (key, quote(key, safe=""), json.dumps(key)[1:-1], base64.b64encode(key.encode()).decode().rstrip("=")):
        assert form.lower() not in low
    assert key[:8].lower() not in low, "half a key is a key's half"


@pytest.mark.parametrize("form", BODIES)
@pytest.mark.parametrize("status", STATUSES)
async def test_a_key_planted_in_every_error_body_appears_nowhere(status: str, form: str) -> None:
    time = VirtualTime()
    secrets = Redacted([HEADER_KEY])
    async with running_peer(answer(status, body_with(form, HEADER_KEY))) as peer, httpx.AsyncClient() as client:
        http = VendorHttp(
            client,
            peer.url,
            {"X-Key": HEADER_KEY},
            secrets,
            clock=time,
            limits=HttpLimits(total_seconds=5.0),
            refusing=lambda document: (
                SourceError("VENDOR_ERROR", document.body.decode(), permanent=True) if document.status == 200 else None
            ),
        )
        path = path_of(time, secrets)
        with pytest.raises(SourceError) as caught:
            await path.call("k", object, lambda: http.get_json("/query", {"apikey": HEADER_KEY}), ttl_seconds=1.0)
    assert_hidden(shown(caught.value), HEADER_KEY)
    assert_hidden(str(path.statistics()), HEADER_KEY)
    assert_hidden(msgspec.json.encode(path.statistics()).decode(), HEADER_KEY)


def path_of(time: VirtualTime, secrets: Redacted) -> VendorPath:
    return VendorPath(
        "v",
        cache=MemoryCache(time, time.ticks),
        budget=MemoryBudget("v", rate_per_second=10.0, burst=10, ticks=time.ticks, sleep=time.sleep),
        clock=time,
        ticks=time.ticks,
        jitter=lambda: 0.0,
        secrets=secrets,
        retries=0,
    )


class LibraryError(Exception):
    """As libraries raise it: the request hangs on the error."""

    def __init__(self, said: str, url: str) -> None:
        super().__init__(said)
        self.url = url


def chained(key: str) -> SourceError:
    try:
        try:
            raise LibraryError("boom", f"http://v/query?apikey={quote(key, safe='')}")
        except LibraryError as error:
            raise SourceError("VENDOR_ERROR", "the client failed") from error
    except SourceError as error:
        return error


RAISED: dict[str, Callable[[str], Exception]] = {
    "a source's error": lambda key: SourceError("REFUSED_ANSWER", f"it said {key}", permanent=True),
    "a parser's error": lambda key: DataError("bad_price", f"{key} is no price"),
    "a library's error": lambda key: ValueError(f"could not convert {key!r}"),
    "an error with a URL on it": lambda key: LibraryError("boom", f"http://v/?apikey={key}"),
    "a clean error with a dirty cause": chained,
    "a group": lambda key: ExceptionGroup("several", [ValueError(f"of {key}")]),
    "a time-out that talks": lambda key: TimeoutError(f"GET ?apikey={key}"),
}


@pytest.mark.parametrize("kind", RAISED)
async def test_a_key_in_whatever_a_client_raises_appears_nowhere(kind: str) -> None:
    async def fetch() -> object:
        raise RAISED[kind](KEY)

    path = path_of(VirtualTime(), Redacted([KEY]))
    with pytest.raises(SourceError) as caught:
        await path.call("k", object, fetch, ttl_seconds=1.0)
    assert_hidden(shown(caught.value), KEY)
    assert_hidden(repr(path.statistics()), KEY)


def test_a_clean_error_stays_the_cause_and_a_dirty_one_is_replaced() -> None:
    secrets = Redacted([KEY])
    clean = ValueError("plain")
    assert secrets.cause(clean) is clean
    stand_in = secrets.cause(ValueError(f"with {KEY}"))
    assert str(stand_in) == "ValueError: with [secret]"


def test_an_error_that_is_its_own_cause_ends_the_search() -> None:
    error = ValueError("circle")
    error.__context__ = RuntimeError("half")
    error.__context__.__context__ = error
    assert Redacted([KEY]).cause(error) is error


def test_struck_out_before_cut_so_that_no_half_of_a_key_is_left() -> None:
    said = "x" * 295 + KEY
    assert_hidden(Redacted([KEY]).sentence(said), KEY)
    assert len(Redacted([KEY]).sentence("y" * 1000)) == 300


def test_one_line_without_control_characters() -> None:
    assert Redacted().sentence(" a\r\n\tb\x1b[31m\u2028c ") == "a b [31m c"


def test_a_key_broken_by_control_characters_is_struck_out_all_the_same() -> None:
    assert Redacted(["ab cd"]).sentence("is ab\ncd here") == "is [secret] here"


def test_of_two_secrets_where_one_begins_the_other_nothing_is_left() -> None:
    assert Redacted(["abc", "abcdef"]).struck("abcdef abc") == "[secret] [secret]"


def test_no_secret_strikes_nothing_and_an_empty_one_is_none() -> None:
    assert Redacted(["", ""]).struck("plain") == "plain"
    assert Redacted().shows("plain") is False


def test_the_guard_itself_shows_nothing() -> None:
    secrets = Redacted([KEY])
    assert_hidden(repr(secrets) + str(secrets), KEY)


def test_a_stand_in_survives_pickling_without_the_secret() -> None:
    stand_in = Redacted([KEY]).cause(ValueError(KEY))
    assert KEY.encode() not in pickle.dumps(stand_in)


@given(before=st.text(max_size=30), key=st.text(min_size=6, max_size=30), after=st.text(max_size=400))
def test_whatever_stands_around_a_key_it_is_struck_out(before: str, key: str, after: str) -> None:
    secrets = Redacted([key])
    for written in (key, quote(key, safe=""), json.dumps(key)[1:-1]):
        assert not secrets.shows(secrets.struck(f"{before}|{written}|{after}").replace("[secret]", "\x00\x00\x00\x00"))
