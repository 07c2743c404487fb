"""Sonar by Perplexity: the source `sonar`."""

from __future__ import annotations

from collections.abc import Callable

from argo_core.adapters.vendor_path import Redacted, VendorHttp, VendorPath
from argo_core.adapters.vendor_path.refusals import refusal_of
from argo_core.adapters.vendors.model_reply import ModelReply
from argo_core.adapters.vendors.opinion_asking import AskingPolicy, OpinionAsking
from argo_core.adapters.vendors.perplexity_parse import (
    BAD_GATEWAY,
    PATH,
    PerplexityPolicy,
    reply_of,
    request_of,
    unstructured_reply,
)
from argo_core.model.opinion_answer import OpinionAnswer, Question
from argo_core.ports.call_meter import CallMeter
from argo_core.ports.clock import Clock


class PerplexityOpinions:
    """`ports.OpinionVendor`. `http` carries the key and refuses as `perplexity_parse.refusing` says; its time-out and
    the path's are the policy's deadline at most. `secrets` are struck out of the body before anybody reads it."""

    name = "perplexity"

    def __init__(
        self,
        http: VendorHttp,
        path: VendorPath,
        *,
        secrets: Redacted,
        clock: Clock,
        ticks: Callable[[], float],
        policy: PerplexityPolicy = PerplexityPolicy(),
        asking: AskingPolicy = AskingPolicy(ttl_seconds=120.0),
    ) -> None:
        self._http, self._secrets, self._clock, self._policy = http, secrets, clock, policy
        self._asking = OpinionAsking(self.name, path, asking, self._sent, ticks, policy.domains)

    async def ask(self, question: Question, meter: CallMeter) -> OpinionAnswer:
        """The checked answer. Raises SourceError, StoreError."""
        return await self._asking.ask(question, meter)

    async def _sent(self, question: Question, search: bool) -> ModelReply:
        form = request_of(question, self._policy, search=search)
        document = await self._http.post(PATH, form, also=(BAD_GATEWAY,))
        if document.status == BAD_GATEWAY:
            unstructured = unstructured_reply(document, self._policy)
            if unstructured is None:
                raise refusal_of(self.name, document, self._secrets, self._clock.now())
            return unstructured
        return reply_of(self._secrets.struck(document.body.decode("utf-8", "replace")).encode(), self._policy)
