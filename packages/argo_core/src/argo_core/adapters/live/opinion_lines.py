"""The language models, each behind its own path, under its source's name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendor_path import VendorHttp, VendorPath
from argo_core.adapters.vendors import perplexity_parse, xai_parse
from argo_core.adapters.vendors.opinion_asking import MODEL_LIMITS, AskingPolicy
from argo_core.adapters.vendors.perplexity import PerplexityOpinions
from argo_core.adapters.vendors.xai import XaiOpinions
from argo_core.ports.opinion_vendor import OpinionVendor

XAI_URL, PERPLEXITY_URL = "https://api.x.ai", "https://api.perplexity.ai"
RATE_PER_SECOND, BURST_CALLS = 1.0, 5
XAI_TTL_SECONDS, PERPLEXITY_TTL_SECONDS = 90.0, 120.0


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """A language model with its path, whose statistics tell how it is doing."""

    vendor: OpinionVendor
    path: VendorPath


@asynccontextmanager
async def open_xai(
    tools: VendorTools, source: str, *, key: str, url: str, model: str, domains: tuple[str, ...]
) -> AsyncIterator[OpinionLine]:
    """Grok. `model` "" is the adapter's own. Raises ConfigError."""
    policy = xai_parse.XaiPolicy(model=model or xai_parse.XaiPolicy().model, domains=domains)
    address = url or XAI_URL
    path = _path(tools, source, [address, policy.model, *domains])
    http = VendorHttp(
        tools.client, address, _bearer(key), tools.secrets, clock=tools.clock, name="xai",
        limits=MODEL_LIMITS, refusing=xai_parse.refusing, meter=path.meter,
    )  # fmt: skip
    asking = AskingPolicy(ttl_seconds=XAI_TTL_SECONDS)
    vendor = XaiOpinions(http, path, secrets=tools.secrets, ticks=tools.shared.ticks, policy=policy, asking=asking)
    try:
        yield OpinionLine(vendor, path)
    finally:
        await path.close()


@asynccontextmanager
async def open_perplexity(
    tools: VendorTools, source: str, *, key: str, url: str, model: str, domains: tuple[str, ...]
) -> AsyncIterator[OpinionLine]:
    """Sonar. `model` "" is the adapter's own. Raises ConfigError."""
    policy = perplexity_parse.PerplexityPolicy(
        model=model or perplexity_parse.PerplexityPolicy().model, domains=domains
    )
    address = url or PERPLEXITY_URL
    path = _path(tools, source, [address, policy.model, *domains])
    http = VendorHttp(
        tools.client, address, _bearer(key), tools.secrets, clock=tools.clock, name="perplexity",
        limits=MODEL_LIMITS, refusing=perplexity_parse.refusing, meter=path.meter,
    )  # fmt: skip
    vendor = PerplexityOpinions(
        http, path, secrets=tools.secrets, clock=tools.clock, ticks=tools.shared.ticks, policy=policy,
        asking=AskingPolicy(ttl_seconds=PERPLEXITY_TTL_SECONDS),
    )  # fmt: skip
    try:
        yield OpinionLine(vendor, path)
    finally:
        await path.close()


def _path(tools: VendorTools, source: str, of: Sequence[str]) -> VendorPath:
    budget = tools.shared.budget(source, RATE_PER_SECOND, BURST_CALLS)
    return tools.path(source, budget, MODEL_LIMITS.total_seconds, of)


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
