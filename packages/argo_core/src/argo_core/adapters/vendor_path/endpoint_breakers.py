"""A breaker for each of a vendor's endpoints: one that is down neither hides behind the others nor takes them along."""

from __future__ import annotations

from collections.abc import Callable

from argo_core.adapters.vendor_path.attempt import GuardedFetch
from argo_core.sources.breaker import BreakerMode

_WORST_FIRST = (BreakerMode.OPEN, BreakerMode.HALF_OPEN, BreakerMode.CLOSED)


class EndpointBreakers:
    """Made as they are asked for, by `make(endpoint)`; the vendor's one endpoint is "" where there are no several."""

    def __init__(self, make: Callable[[str], GuardedFetch]) -> None:
        self._make, self._known = make, dict[str, GuardedFetch]()

    def of(self, endpoint: str) -> GuardedFetch:
        """The one that fetches of this endpoint pass."""
        if endpoint not in self._known:
            self._known[endpoint] = self._make(endpoint)
        return self._known[endpoint]

    @property
    def mode(self) -> BreakerMode:
        """The worst of them; CLOSED before the first fetch."""
        modes = {each.mode for each in self._known.values()}
        return next((mode for mode in _WORST_FIRST if mode in modes), BreakerMode.CLOSED)

    @property
    def open_seconds(self) -> float | None:
        """For how long one of them has not been closed; None while all are."""
        return max((each.open_seconds for each in self._known.values() if each.open_seconds is not None), default=None)
