"""Backtests that are counted, and kept under the name of what they were computed from.

A result is counted as a trial before anybody sees it, and once however often it is asked for: the number of trials that
a verdict allows for is the ledger's, not somebody's memory. What was computed from the same content is not computed
again.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from argo_core.backtest.content_key import ComputedFrom, document_key, run_identity
from argo_core.errors import StoreError
from argo_core.model.search import Parameters, Trial, TrialState, Value
from argo_core.ports.result_store import ResultStore
from argo_core.ports.trial_ledger import TrialLedger


@dataclass(frozen=True, slots=True)
class Told:
    """What a run came to: the `document` that is kept and shown, and the `figures` that the ledger keeps."""

    document: bytes
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """`stored`: the document was computed earlier from the same content. `trials`: how many were ever run on these
    bars, this one included."""

    document: bytes
    stored: bool
    trials: int


@dataclass(frozen=True, slots=True)
class KeptRuns:
    """`ledger` None counts nothing but the run itself, `store` None keeps nothing."""

    ledger: TrialLedger | None
    store: ResultStore | None

    async def answer(
        self,
        content: ComputedFrom,
        form: Callable[[int], str],
        work: Callable[[int], Awaitable[Told]],
        parameters: Mapping[str, Value] | None = None,
    ) -> Kept:
        """The document of `form` on this content: the stored one, else what `work` computes. Both are told the number
        of trials; a document that depends on it has to say so in its form. `parameters` are kept with the trial.

        Raises StoreError, ConfigError, and what `work` raises.
        """
        known, trials = await self._counted(content)
        key = document_key(content, form(trials))
        found = self.store.get(key) if self.store is not None and known else None
        if found is not None:
            return Kept(found, stored=True, trials=trials)
        told = await work(trials)
        if not known:
            # Counted before it is seen. A crash before this line leaves a run that nobody saw, one after it a counted
            # run without a document: it is computed again, and not counted again.
            await self._count(content, told.figures, parameters or {})
        if self.store is not None:
            self.store.put(key, told.document)
        return Kept(told.document, stored=False, trials=trials)

    async def _counted(self, content: ComputedFrom) -> tuple[bool, int]:
        """Whether this content was counted before, and the number of trials with it."""
        if self.ledger is None:
            return True, 1
        identity = run_identity(content)
        known = bool(await self.ledger.trials(identity.search))
        return known, (await self.ledger.counts(identity)).bars + (not known)

    async def _count(
        self, content: ComputedFrom, figures: Mapping[str, float], parameters: Mapping[str, Value]
    ) -> None:
        if self.ledger is None:
            return
        identity = run_identity(content)
        finite = {name: figure for name, figure in figures.items() if math.isfinite(figure)}
        trial = Trial(number=0, parameters=dict(parameters), state=TrialState.COMPLETE, figures=finite)
        try:
            await self.ledger.append(identity, [trial])
        except StoreError:
            # Another process that ran the same content was first: then it is counted, and that is all that was wanted.
            if not await self.ledger.trials(identity.search):
                raise


def named(**values: Value | None) -> Parameters:
    """Parameters of a trial, what is not given left out."""
    return {name: value for name, value in values.items() if value is not None}
