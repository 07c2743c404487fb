"""What can be wrong with a vendor, by the names that a test and the control address use.

A fault is on the wire (nothing whole comes), in the answer (it is not what the vendor documents), or in the market
(the answer is well formed, and false). Bodies of failures show the key, as some vendors' do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.argo.adapters.vendor_path.raw_peer import Answering, answer, drip, reset, silence
from tests.argo.peers.http_peer import Reply
from tests.argo.peers.opinion import said, vector, vote_text
from tests.argo.peers.refusals import refused

HTML = b"<html><body>maintenance</body></html>"
MARKET_VENDORS = ("alpaca", "massive", "yahoo")
MODEL_VENDORS = ("xai", "perplexity")
STREAMS = ("alpaca", "massive")
RETRY_AFTER_SECONDS = 7
STALE_SECONDS = 600.0
PRICE_OFF = {"price off by 20 %": 1.2, "price off by -20 %": 0.8, "price halved": 0.5}
_FIGURE = re.compile(rb'": "-?[0-9]+\.[0-9]+"')
Spoiling = Callable[[Reply], Reply]


@dataclass(frozen=True)
class Distortion:
    """How the vendor sees the market; see `Distorted`."""

    factor: float = 1.0
    lag_seconds: float = 0.0
    bars_stopped: bool = False


def wire(name: str, key: str) -> Answering | None:
    """What the vendor answers whatever it is asked; None if the fault is none of the wire."""
    told = json.dumps({"message": f"key {key} of yours", "error": key, "status": "ERROR"}).encode()
    return {
        "time-out": silence,
        "slow drip": drip,
        "429": answer("429 Too Many Requests", told),
        "429 with Retry-After": answer("429 Too Many Requests", told, f"Retry-After: {RETRY_AFTER_SECONDS}"),
        "500": answer("500 Internal Server Error", told),
        "connection reset": reset,
    }.get(name)


def spoiling(name: str, vendor: str, key: str) -> Spoiling | None:
    """What becomes of a good answer; None if the fault is none of the answer."""
    if name == "NaN" and vendor in MODEL_VENDORS:
        return lambda _: Reply(said(vendor, vote_text().replace("0.62", "NaN")))
    if name == "wrong schema" and vendor in MODEL_VENDORS:
        return lambda _: Reply(said(vendor, vote_text(direction="up", certainty=1)))
    if name == "NaN" and vendor == "alpha_vantage":
        return lambda reply: Reply(_FIGURE.sub(b'": "NaN"', reply.encoded()))
    return {
        "HTML in 200": lambda _: Reply(HTML, kind="text/html"),
        "error in 200": lambda _: error_in_success(vendor, key),
        "truncated JSON": lambda reply: Reply(reply.encoded()[:-9], reply.status, reply.kind),
        "wrong schema": lambda _: Reply({"hello": "world"}),
    }.get(name)


def distortion(name: str) -> Distortion | None:
    """What the vendor sees wrongly; None if the fault is none of the market."""
    return {
        "NaN": Distortion(factor=float("nan")),
        "stale by 10 min": Distortion(lag_seconds=STALE_SECONDS),
        **{each: Distortion(factor=factor) for each, factor in PRICE_OFF.items()},
        "bars stop, prices go on": Distortion(bars_stopped=True),
    }.get(name)


def error_in_success(vendor: str, key: str) -> Reply:
    """A 200 that is none."""
    if vendor == "alpaca":
        return Reply({"message": f"internal error for {key}"})
    if vendor == "massive":
        return refused("massive", "ok_status_error")
    if vendor == "yahoo":
        error = {"code": "Internal Server Error", "description": "chart service failed"}
        return Reply({"chart": {"result": None, "error": error}})
    if vendor == "alpha_vantage":
        limit = refused("alpha_vantage", "daily_limit")
        return Reply(limit.encoded().replace(b"ABCD1234EFGH5678", key.encode()))
    failed = vector("perplexity", "agent_failed_200.json")
    return Reply({**failed, "error": {**failed["error"], "message": f"model error for {key}"}})


ON_THE_WIRE = ("time-out", "slow drip", "429", "429 with Retry-After", "500", "connection reset")
IN_THE_ANSWER = ("HTML in 200", "error in 200", "truncated JSON", "wrong schema")
IN_THE_MARKET = ("NaN", "stale by 10 min", *PRICE_OFF, "bars stop, prices go on")
FAULTS = ON_THE_WIRE + IN_THE_ANSWER + IN_THE_MARKET
"""Beside these a test can configure an address that no name server knows, and drop the streams."""
