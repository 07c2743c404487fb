"""Pages and files travel as gzip to who takes it, and say so; streams never do."""

from __future__ import annotations

import gzip

import httpx
import pytest

from alpine_web.web.packing import takes_gzip
from tests.alpine.web.parts import sign_in


async def raw(client: httpx.AsyncClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


@pytest.mark.parametrize("path", ["/", "/dashboard", "/static/app.css", "/static/verify.js"])
async def test_what_is_packed_says_its_length_and_unpacks_to_the_same(client: httpx.AsyncClient, path: str) -> None:
    await sign_in(client)
    plain, whole = await raw(client, path, **{"Accept-Encoding": "identity"})
    answer, packed = await raw(client, path, **{"Accept-Encoding": "br, gzip"})
    assert ("content-encoding" in plain.headers, answer.headers["content-encoding"]) == (False, "gzip")
    assert (int(answer.headers["content-length"]), "Accept-Encoding" in answer.headers["vary"]) == (len(packed), True)
    assert abs(len(gzip.decompress(packed)) - len(whole)) < 8
    assert len(packed) < 0.5 * len(whole)


async def test_each_form_of_a_file_has_a_tag_of_its_own_and_is_not_sent_again(client: httpx.AsyncClient) -> None:
    tags = []
    for form in ("identity", "gzip"):
        answer, _ = await raw(client, "/static/app.css", **{"Accept-Encoding": form})
        tags.append(answer.headers["etag"])
        again, body = await raw(
            client, "/static/app.css", **{"Accept-Encoding": form, "If-None-Match": answer.headers["etag"]}
        )
        assert (again.status_code, body) == (304, b"")
    assert tags[1] == f'{tags[0][:-1]}.gz"'


async def test_a_page_that_another_site_asks_for_is_not_packed(client: httpx.AsyncClient) -> None:
    answer, _ = await raw(client, "/", **{"Accept-Encoding": "gzip", "Sec-Fetch-Site": "cross-site"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/health", "/api/v1/signals/subscribed", "/dashboard/open"])
async def test_answers_to_programs_and_small_parts_are_not_packed(client: httpx.AsyncClient, path: str) -> None:
    await sign_in(client)
    answer, _ = await raw(client, path, **{"Accept-Encoding": "gzip"})
    assert (answer.status_code, "content-encoding" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("gzip", True),
        ("br;q=1, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("br", False),
        ("", False),
    ],
)
def test_who_takes_gzip(told: str, taken: bool) -> None:
    assert takes_gzip({"accept-encoding": told}) is taken
