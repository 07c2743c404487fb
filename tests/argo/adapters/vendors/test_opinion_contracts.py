"""The vendors of language models, and the scripted one, keep what their port promises."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from argo_core.errors import SourceError
from argo_core.model.opinion_answer import OpinionAnswer, Question
from argo_core.ports.opinion_vendor import OpinionVendor
from argo_core.testing.contracts.opinion_log import sample_answer
from argo_core.testing.contracts.opinion_vendor import OpinionVendorContract
from argo_core.testing.memory_opinions import ScriptedOpinions
from tests.argo.adapters.vendor_path.raw_peer import answer
from tests.argo.adapters.vendors.opinion_peers import ok, talking
from tests.argo.peers.opinion import said, vote_text


class _OverHttp(OpinionVendorContract):
    name: str

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[OpinionVendor]:
        async with talking(self.name, ok(said(self.name, vote_text()))) as talk:
            yield talk.vendor

    @pytest.fixture
    async def off_schema(self) -> AsyncIterator[OpinionVendor]:
        async with talking(self.name, ok(said(self.name, "long"))) as talk:
            yield talk.vendor

    @pytest.fixture
    async def broken(self) -> AsyncIterator[OpinionVendor]:
        async with talking(self.name, answer("500 Internal Server Error", b"{}")) as talk:
            yield talk.vendor


class TestXai(_OverHttp):
    name = "xai"


class TestPerplexity(_OverHttp):
    name = "perplexity"


def answered(question: Question) -> OpinionAnswer:
    return sample_answer(
        source=question.source,
        symbol=question.symbol,
        price=question.price,
        market_as_of=question.as_of,
        prompt_hash=question.prompt_hash,
    )


class TestScriptedOpinions(OpinionVendorContract):
    @pytest.fixture
    def vendor(self) -> OpinionVendor:
        return ScriptedOpinions(answered)

    @pytest.fixture
    def off_schema(self) -> OpinionVendor:
        return ScriptedOpinions(lambda _: SourceError("REFUSED_ANSWER", "off the schema"))

    @pytest.fixture
    def broken(self) -> OpinionVendor:
        return ScriptedOpinions(lambda _: SourceError("VENDOR_ERROR", "down"))
