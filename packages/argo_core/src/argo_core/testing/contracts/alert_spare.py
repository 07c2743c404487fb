"""What every place for untold alerts promises."""

from __future__ import annotations

from collections.abc import Callable

from argo_core.model.untold_alert import LeftAlerts, UntoldAlert
from argo_core.ports import AlertSpare
from argo_core.testing.contracts.alert_store import sample_alert, sample_attempt

TRIED = UntoldAlert(alert=sample_alert("a"), channels=("slack", "email"), attempts=(sample_attempt("slack"),))
OVER = UntoldAlert(alert=sample_alert("b", resolved=True), channels=("slack",))
HELD = UntoldAlert(alert=sample_alert("c", resolved=True), channels=())


class AlertSpareContract:
    """Subclass it, and give a fixture `next_process`: each call ends the process before it and starts another one on
    the same place, which is empty at first."""

    async def test_an_empty_place_holds_nothing_and_says_nothing(self, next_process: Callable[[], AlertSpare]) -> None:
        assert next_process().load() == LeftAlerts()

    async def test_the_next_process_finds_what_one_left_in_its_order(
        self, next_process: Callable[[], AlertSpare]
    ) -> None:
        await next_process().save([TRIED, OVER, HELD])
        assert next_process().load() == LeftAlerts(untold=(TRIED, OVER, HELD))
        assert next_process().load() == LeftAlerts(untold=(TRIED, OVER, HELD))

    async def test_what_is_saved_stands_in_place_of_what_was_there(
        self, next_process: Callable[[], AlertSpare]
    ) -> None:
        spare = next_process()
        await spare.save([TRIED, OVER])
        await spare.save([HELD])
        again = next_process()
        assert again.load() == LeftAlerts(untold=(HELD,))
        await again.save([])
        assert next_process().load() == LeftAlerts()
