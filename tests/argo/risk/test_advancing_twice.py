"""An account is judged once a moment: judging the same reading again must say the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from argo_core.risk.profiles import RegularLimits
from argo_core.risk.reading import AccountReading
from argo_core.risk.watch import advance, begin
from argo_core.risk.watch_rules import WatchRules

BEGUN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RULES = RegularLimits().watch()
FLATTENING = msgspec.structs.replace(RULES, flatten=True, reset_lead_seconds=3600)
LOOKS = st.lists(st.tuples(st.integers(0, 30), st.integers(700, 1300)), min_size=1, max_size=12)


@given(LOOKS, st.sampled_from([RULES, FLATTENING]))
def test_advancing_again_by_the_same_reading_changes_nothing_and_tells_nothing(
    looks: list[tuple[int, int]], rules: WatchRules
) -> None:
    at, state = BEGUN, begin(AccountReading(market_time=BEGUN, equity=1000.0, cash=1000.0), rules)
    for hours, equity in looks:
        at += timedelta(hours=hours)
        reading = AccountReading(market_time=at, equity=float(equity), cash=float(equity))
        once = advance(state, reading, rules)
        again = advance(once.state, reading, rules)
        assert again == msgspec.structs.replace(once, events=())
        state = once.state
