"""A vendor's words that hold our key are struck out whole before they are cut: no edge leaves a half of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from argo_core.adapters.vendor_path import Document, Redacted
from argo_core.adapters.vendors import (
    alpaca_stream_parse,
    alpha_vantage_parse,
    massive_parse,
    massive_stream_parse,
    perplexity_parse,
    xai_parse,
    yahoo_parse,
)
from argo_core.errors import SourceError

KEY = "QZXJ7731VWKY9046"
PIECE = 6
LONGEST = 330


def raised(call: Callable[[], object]) -> SourceError:
    with pytest.raises(SourceError) as caught:
        call()
    return caught.value


def said(meant: SourceError | None) -> SourceError:
    assert meant is not None
    return meant


def a_200(body: object) -> Document:
    return Document(200, {}, json.dumps(body).encode())


def model_failed(words: str) -> bytes:
    return Redacted([KEY]).struck(json.dumps({"status": "failed", "error": {"message": words}})).encode()


REFUSALS: Mapping[str, Callable[[str], SourceError]] = {
    "alpha_vantage": lambda words: said(alpha_vantage_parse.meant(a_200({"Information": words}))),
    "alpha_vantage symbol": lambda words: raised(
        lambda: alpha_vantage_parse.parse_series(
            {"Meta Data": {"1: Symbol": words}, "Technical Analysis: RSI": {}}, "RSI", "AAPL"
        )
    ),
    "massive": lambda words: said(massive_parse.meant(a_200({"status": "ERROR", "error": words}))),
    "massive status": lambda words: said(massive_parse.meant(a_200({"status": words}))),
    "yahoo": lambda words: said(
        yahoo_parse.meant(a_200({"chart": {"result": None, "error": {"code": "Bad", "description": words}}}))
    ),
    "alpaca stream": lambda words: alpaca_stream_parse.refusal({"T": "error", "code": 500, "msg": words}),
    "massive stream": lambda words: raised(
        lambda: massive_stream_parse.parse_step([{"ev": "status", "status": "error", "message": words}])
    ),
    "xai": lambda words: raised(lambda: xai_parse.reply_of(model_failed(words), xai_parse.XaiPolicy())),
    "perplexity": lambda words: raised(
        lambda: perplexity_parse.reply_of(model_failed(words), perplexity_parse.PerplexityPolicy())
    ),
}


@pytest.mark.parametrize("place", REFUSALS)
def test_wherever_a_sentence_ends_it_shows_no_piece_of_the_key(place: str) -> None:
    pieces = {KEY[start : start + PIECE] for start in range(len(KEY) - PIECE + 1)}
    secrets = Redacted([KEY])
    for length in range(LONGEST):
        sentence = secrets.sentence(str(REFUSALS[place]("x" * length + KEY + "y" * LONGEST)))
        assert [piece for piece in pieces if piece in sentence] == [], f"after {length} characters: {sentence}"


@pytest.mark.parametrize("place", REFUSALS)
def test_however_much_a_vendor_says_our_own_words_stay(place: str) -> None:
    short, long = (Redacted().sentence(str(REFUSALS[place]("x" * length))) for length in (3, 5000))
    before, _, after = short.partition("xxx")
    assert long.startswith(before)
    assert after.strip("'") in long
