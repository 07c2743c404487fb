"""Trials that are counted for the length of one process."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.model.search import SearchIdentity, Trial, TrialCounts


class MemoryTrials:
    """`ports.TrialLedger` in memory: what `optimize` counts in when it is given no other. It forgets with the process,
    so its counts are no evidence of how often something was tried."""

    def __init__(self) -> None:
        self._rows: list[tuple[SearchIdentity, Trial]] = []

    async def append(self, identity: SearchIdentity, trials: Sequence[Trial]) -> None:
        """See `ports.TrialLedger`."""
        numbers = [trial.number for trial in trials]
        known = {trial.number for owner, trial in self._rows if owner.search == identity.search}
        if len(set(numbers)) < len(numbers) or known & set(numbers):
            raise StoreError("a trial of this number is stored already: reload the search's trials")
        self._rows += [(identity, trial) for trial in trials]

    async def trials(self, search: str) -> tuple[Trial, ...]:
        """See `ports.TrialLedger`."""
        found = (trial for owner, trial in self._rows if owner.search == search)
        return tuple(sorted(found, key=lambda trial: trial.number))

    async def counts(self, identity: SearchIdentity) -> TrialCounts:
        """See `ports.TrialLedger`."""
        owners, seen = [owner for owner, _ in self._rows], set(identity.series)
        return TrialCounts(
            bars=sum(owner.bars == identity.bars or not seen.isdisjoint(owner.series) for owner in owners),
            study=sum(owner.study == identity.study for owner in owners),
            search=sum(owner.search == identity.search for owner in owners),
        )
