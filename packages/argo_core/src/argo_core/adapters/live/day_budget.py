"""A budget whose day's count outlives the process."""

from __future__ import annotations

from argo_core.adapters.live.limited import DayLimited
from argo_core.adapters.vendor_path.token_bucket import DAY_SECONDS
from argo_core.errors import SourceError, StoreError
from argo_core.ports.call_log import CallLog
from argo_core.ports.clock import Clock


class DayBudget:
    """A budget with a daily quota, and the calls of earlier processes, and of others on this host, in `log`.

    A call is in the log before it is made, at the rate's turn or not, and taken out again if that does not come. While
    the log cannot be read or written, nobody is kept from calling within what this process knows, and `quota_left` is
    not known. `quota`: of one day, for all that write under this account.
    """

    def __init__(
        self, budget: DayLimited, log: CallLog, *, account: str, writer: str, clock: Clock, quota: int
    ) -> None:
        self._budget, self._log, self._clock, self._quota = budget, log, clock, quota
        self._account, self._writer = account, writer
        self._known = False

    @property
    def queue_depth(self) -> int:
        return self._budget.queue_depth

    @property
    def quota_left(self) -> int | None:
        """Calls left of the last 24 hours' quota; None while the day's count is not known."""
        return self._budget.quota_left if self._known else None

    def limit(self, rate_per_second: float, burst: int) -> None:
        """See `Limited`."""
        self._budget.limit(rate_per_second, burst)

    async def recall(self) -> None:
        """What has been called so far."""
        now = self._clock.now().timestamp()
        try:
            calls = await self._log.of_others(self._account, self._writer, now)
        except StoreError:
            self._known = False
            return
        await self._budget.recall([max(now - at, 0.0) for at in calls])
        self._known = True

    async def take(self, deadline_seconds: float) -> float:
        await self.recall()
        written_at = await self._written()
        try:
            return await self._budget.take(deadline_seconds)
        except BaseException:
            await self._given_back(written_at)
            raise

    async def _written(self) -> float | None:
        """When the call was written down, None if it cannot be. Raises SourceError RATE_LIMITED if the day is over."""
        now = self._clock.now().timestamp()
        try:
            first = await self._log.take(self._account, self._writer, now, self._quota)
        except StoreError:
            self._known = False
            return None
        if first is None:
            return now
        await self.recall()
        wait = first + DAY_SECONDS - now
        why = f"the {self._quota} calls of a day are made: the next one is due in {wait:.0f} s"
        raise SourceError("RATE_LIMITED", why, retry_after=wait)

    async def _given_back(self, written_at: float | None) -> None:
        if written_at is None:
            return
        try:
            await self._log.give_back(self._account, self._writer, written_at)
        except StoreError:
            self._known = False

    async def hold(self, seconds: float) -> None:
        await self._budget.hold(seconds)
