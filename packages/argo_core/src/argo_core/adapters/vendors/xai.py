"""Grok by xAI: the source `x_sentiment`."""

from __future__ import annotations

from collections.abc import Callable

from argo_core.adapters.vendor_path import Redacted, VendorHttp, VendorPath
from argo_core.adapters.vendors.model_reply import ModelReply
from argo_core.adapters.vendors.opinion_asking import AskingPolicy, OpinionAsking
from argo_core.adapters.vendors.xai_parse import PATH, XaiPolicy, reply_of, request_of
from argo_core.model.opinion_answer import OpinionAnswer, Question
from argo_core.ports.call_meter import CallMeter


class XaiOpinions:
    """`ports.OpinionVendor`. `http` carries the key and refuses as `xai_parse.refusing` says; its time-out and the
    path's are the policy's deadline at most. `secrets` are struck out of the body before anybody reads it."""

    name = "xai"

    def __init__(
        self,
        http: VendorHttp,
        path: VendorPath,
        *,
        secrets: Redacted,
        ticks: Callable[[], float],
        policy: XaiPolicy = XaiPolicy(),
        asking: AskingPolicy = AskingPolicy(),
    ) -> None:
        self._http, self._secrets, self._policy = http, secrets, policy
        self._asking = OpinionAsking(self.name, path, asking, self._sent, ticks, policy.cited_domains)

    async def ask(self, question: Question, meter: CallMeter) -> OpinionAnswer:
        """The checked answer. Raises SourceError, StoreError."""
        return await self._asking.ask(question, meter)

    async def _sent(self, question: Question, search: bool) -> ModelReply:
        document = await self._http.post(PATH, request_of(question, self._policy, search=search))
        return reply_of(self._secrets.struck(document.body.decode("utf-8", "replace")).encode(), self._policy)
