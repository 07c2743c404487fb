"""One question per vendor: who answers, how fast, and what is wrong with the others."""

from __future__ import annotations

from argo_core.errors import SourceError
from argo_core.model.source_standing import SourceStanding
from argo_core.pipeline.check_sources import SourceCheck, check_sources


def standing() -> tuple[SourceStanding, ...]:
    return (
        SourceStanding(source="alpaca_pro", vendor="alpaca", place="https://a"),
        SourceStanding(source="massive", vendor="massive", place="https://m"),
        SourceStanding(source="yfinance", vendor="yahoo", place="https://y"),
        SourceStanding(source="sonar", vendor="perplexity", place="https://p", off="no key"),
    )


async def good() -> bool:
    return True


async def empty() -> bool:
    return False


async def refused() -> bool:
    raise SourceError("DISABLED", "massive answered 401: check the key", permanent=True)


async def checked() -> dict[str, SourceCheck]:
    ticks = iter(n * 0.5 for n in range(100))
    probes = {"alpaca_pro": good, "massive": refused, "yfinance": empty}
    found = await check_sources(standing, probes, lambda: next(ticks), frozenset({"yfinance"}))
    return {check.source: check for check in found}


async def test_a_vendor_that_answers_is_reachable_with_its_latency() -> None:
    alpaca = (await checked())["alpaca_pro"]
    assert (alpaca.key, alpaca.reachable, alpaca.latency_ms, alpaca.error, alpaca.failed) == (
        "present", True, 500.0, None, False,
    )  # fmt: skip


async def test_a_refusal_is_told_in_its_own_words() -> None:
    massive = (await checked())["massive"]
    assert (massive.reachable, massive.error, massive.failed) == (False, "massive answered 401: check the key", True)


async def test_an_empty_answer_is_a_failure_and_a_vendor_without_keys_needs_none() -> None:
    yahoo = (await checked())["yfinance"]
    assert (yahoo.key, yahoo.reachable, yahoo.failed) == ("not needed", False, True)


async def test_a_source_without_a_key_is_not_asked_and_has_not_failed() -> None:
    sonar = (await checked())["sonar"]
    assert (sonar.key, sonar.reachable, sonar.latency_ms, sonar.error, sonar.failed) == (
        "missing", None, None, "no key", False,
    )  # fmt: skip
