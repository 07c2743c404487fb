"""Does the distributor answer, and does it know our key?"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from argo_core.adapters.http.distributor import ROOT
from argo_core.adapters.http.sender import Sender, require_results
from argo_core.errors import StoreError

NOTHING = b'{"signals":[]}'


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A round trip that was answered, with the time it took."""

    latency_ms: float


async def try_distributor(sender: Sender, ticks: Callable[[], float]) -> Trial:
    """An authenticated batch of no signals: the whole way there and back, and nothing is stored.

    `ticks` is a monotonic clock in seconds. Raises Unavailable (nobody answers, or the key is refused), StoreError (an
    answer that is no distributor's).
    """
    started = ticks()
    require_results(await sender.post(f"{ROOT}/signals", NOTHING), 0)
    return Trial(latency_ms=round((ticks() - started) * 1000.0, 3))


async def try_body(sender: Sender, body: bytes) -> str:
    """The hash that the distributor computes of a signal, which it verifies and does not store.

    Raises as `try_distributor`, and StoreError for a refusal.
    """
    answer = await sender.post(f"{ROOT}/check", body)
    told = answer.document.get("verification_hash")
    if answer.document.get("status") != "verified" or not isinstance(told, str):
        raise StoreError(f"the distributor does not verify a signal: {answer.status} {answer.code}")
    return told
