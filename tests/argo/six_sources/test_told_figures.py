"""What a machine reads about the vendors is what they saw."""

from __future__ import annotations

import json
from pathlib import Path

from tests.argo.six_sources.rig import SOURCES, six_sources


async def test_requests_are_those_that_the_vendors_counted_and_rates_are_rates(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(4)
        sent = {source: six.path(source).requests for source in SOURCES}
        assert sent == {source: len(six.vendors[vendor].http.requests) for source, vendor in SOURCES.items()}
        assert sent["alpha_vantage"] > 2 * six.path("alpha_vantage").fetches, "a symbol's three readings are a question"
        for vendor in ("alpaca", "massive", "yahoo"):
            six.vendors[vendor].fail("500")
        for _ in range(24):
            await six.cycle(5.0)
        report = json.loads(await six.page("/api/v1/health"))
        told = report["services"]["data_sources"]["sources"]
        assert 0.0 < report["error_rate"] < 1.0
        assert told["alpaca_pro"]["errors_by_kind"]["breaker_open"] > 10
        # Shares and coins have a breaker each: five failures in a row, and one call that tries again.
        assert told["alpaca_pro"]["errors"] == six.path("alpaca_pro").failures <= 2 * (5 + 1)
        metrics = await six.page("/metrics")
        assert f'argo_limiter_requests_total{{source="yfinance"}} {float(six.path("yfinance").requests)}' in metrics
