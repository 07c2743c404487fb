"""A model's words as people see them: text, and nothing that acts, hides or leads away."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.model.opinion_answer import Citation
from argo_core.sources.opinion_citations import sound_citations, supported_confidence
from argo_core.sources.opinion_schema import CitedPage
from argo_core.sources.opinion_text import plain, without_inline_citations

PAGE = "https://www.reuters.com/markets/apple?id=1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Guidance raised.[[1]](https://a.com/x)", "Guidance raised."),
        ("See [the report](https://evil.example) now", "See the report now"),
        ("![pixel](https://evil.example/p.png)Up", "pixelUp"),
        ("Buy at https://evil.example/now or www.evil.example", "Buy at or"),
        ("**Strong** `buy` # up | ~~down~~", "Strong buy up down"),
        ("Hello <!channel> and <script>x</script>", "Hello and x"),
        ("one\ntwo\r\n\tthree", "one two three"),
        ("shown\u202ehidden\u200b\x00\x1b[31m", "shown hidden [31m"),
        ("AT&T_up: RSI < 30 and ADX > 20", "AT&T_up: RSI < 30 and ADX > 20"),
    ],
)
def test_markup_addresses_and_hidden_signs_are_gone(text: str, shown: str) -> None:
    assert plain(text, 1200) == shown


@given(st.text(max_size=300), st.integers(1, 100))
def test_plain_text_is_one_short_line_without_hidden_signs(text: str, length: int) -> None:
    shown = plain(text, length)
    assert len(shown) <= length
    assert not any(unicodedata.category(sign)[0] == "C" for sign in shown)


def test_inline_citations_are_taken_out_of_json() -> None:
    assert without_inline_citations('{"rationale": "up[[1]](https://a.com/b)", "x": [[1], [2]]}') == (
        '{"rationale": "up", "x": [[1], [2]]}'
    )


@pytest.mark.parametrize(
    "cited",
    [PAGE, f"{PAGE}#top", "HTTPS://WWW.Reuters.com/markets/apple/?id=1"],
)
def test_a_reported_page_counts_however_it_is_written_and_keeps_the_vendors_address(cited: str) -> None:
    assert sound_citations([CitedPage(cited, "c")], [PAGE]) == (Citation(url=PAGE, claim="c"),)


@pytest.mark.parametrize(
    "cited",
    [
        "https://www.reuters.com/markets/apple?id=2",
        "http://www.reuters.com/markets/apple?id=1",
        "https://reuters.com/markets/apple?id=1",
        "https://www.reuters.com:8443/markets/apple?id=1",
        "https://www.reuters.com@evil.example/markets/apple?id=1",
        "https://me@www.reuters.com/markets/apple?id=1",
        "https://www.reuters.com/markets\u200b/apple?id=1",
        "https://[::1",
        "https://www.reuters.com:port/",
        "",
        "x" * 3000,
    ],
)
def test_a_page_that_the_vendor_did_not_report_is_dropped(cited: str) -> None:
    assert sound_citations([CitedPage(cited, "c")], [PAGE]) == ()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a.com/x"])
def test_what_is_no_web_page_is_dropped_even_if_it_was_reported(address: str) -> None:
    assert sound_citations([CitedPage(address, "c")], [address]) == ()


@pytest.mark.parametrize(
    ("address", "counts"),
    [
        ("https://reuters.com/a", True),
        ("https://www.reuters.com:443/a", True),
        ("https://notreuters.com/a", False),
        ("https://reuters.com.evil.example/a", False),
    ],
)
def test_a_domain_allows_itself_and_what_is_below_it(address: str, counts: bool) -> None:
    assert bool(sound_citations([CitedPage(address, "c")], [address], ["reuters.com"])) is counts


def test_a_page_counts_once_and_its_claim_is_plain() -> None:
    twice = [CitedPage(PAGE, "**up** <!here>"), CitedPage(PAGE, "again")]
    assert sound_citations(twice, [PAGE, PAGE]) == (Citation(url=PAGE, claim="up"),)


def test_without_a_sound_citation_the_confidence_is_capped_and_never_raised() -> None:
    cited = (Citation(url=PAGE, claim="c"),)
    assert [supported_confidence(each, (), 30.0) for each in (90.0, 30.0, 10.0)] == [30.0, 30.0, 10.0]
    assert supported_confidence(90.0, cited, 30.0) == 90.0
