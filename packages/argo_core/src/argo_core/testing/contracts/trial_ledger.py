"""What every TrialLedger promises."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.errors import StoreError
from argo_core.model.search import SearchIdentity, Trial, TrialCounts, TrialState
from argo_core.ports.trial_ledger import TrialLedger

OWNER = SearchIdentity(bars="b" * 64, study="s" * 64, search="1" * 64)


def sample_trial(number: int, **changes: object) -> Trial:
    """A complete trial with parameters and figures of every kind."""
    trial = Trial(
        number=number,
        parameters={"fast": number, "rate": 0.1 + 0.2, "kind": "a"},
        state=TrialState.COMPLETE,
        figures={"sharpe": 1 / 3, "trades": 5e-324},
    )
    return msgspec.structs.replace(trial, **changes)


class TrialLedgerContract:
    """Subclass it, and give a fixture `ledger` that is empty."""

    async def test_an_empty_ledger_counts_nothing(self, ledger: TrialLedger) -> None:
        assert await ledger.trials(OWNER.search) == ()
        assert await ledger.counts(OWNER) == TrialCounts(bars=0, study=0, search=0)

    async def test_trials_come_back_by_number_to_the_last_digit(self, ledger: TrialLedger) -> None:
        refused = sample_trial(1, state=TrialState.REFUSED, figures={}, reason="fast is not below slow")
        await ledger.append(OWNER, [sample_trial(2), sample_trial(0)])
        await ledger.append(OWNER, [refused])
        assert await ledger.trials(OWNER.search) == (sample_trial(0), refused, sample_trial(2))

    async def test_every_trial_counts_for_search_study_and_bars(self, ledger: TrialLedger) -> None:
        other_search = msgspec.structs.replace(OWNER, search="2" * 64)
        other_study = msgspec.structs.replace(other_search, study="t" * 64, search="3" * 64)
        await ledger.append(OWNER, [sample_trial(0), sample_trial(1, state=TrialState.FAILED, figures={})])
        await ledger.append(other_search, [sample_trial(0)])
        await ledger.append(other_study, [sample_trial(0), sample_trial(1), sample_trial(2)])
        assert await ledger.counts(OWNER) == TrialCounts(bars=6, study=3, search=2)
        assert await ledger.counts(other_study) == TrialCounts(bars=6, study=3, search=3)

    async def test_a_look_at_one_of_several_series_counts_for_each_of_them(self, ledger: TrialLedger) -> None:
        both = msgspec.structs.replace(OWNER, series=("a" * 64, "c" * 64))
        one = SearchIdentity(bars="d" * 64, study="u" * 64, search="4" * 64, series=("c" * 64,))
        none = SearchIdentity(bars="e" * 64, study="v" * 64, search="5" * 64, series=("f" * 64,))
        await ledger.append(both, [sample_trial(0)])
        await ledger.append(both, [sample_trial(1)])
        await ledger.append(one, [sample_trial(0)])
        assert await ledger.counts(both) == TrialCounts(bars=3, study=2, search=2)
        assert await ledger.counts(one) == TrialCounts(bars=3, study=1, search=1)
        assert await ledger.counts(none) == TrialCounts(bars=0, study=0, search=0)

    async def test_a_number_is_stored_once(self, ledger: TrialLedger) -> None:
        await ledger.append(OWNER, [sample_trial(0)])
        with pytest.raises(StoreError):
            await ledger.append(OWNER, [sample_trial(1), sample_trial(0)])
        with pytest.raises(StoreError):
            await ledger.append(OWNER, [sample_trial(3), sample_trial(3)])
        assert await ledger.trials(OWNER.search) == (sample_trial(0),)

    async def test_appending_nothing_stores_nothing(self, ledger: TrialLedger) -> None:
        await ledger.append(OWNER, [])
        assert await ledger.counts(OWNER) == TrialCounts(bars=0, study=0, search=0)
