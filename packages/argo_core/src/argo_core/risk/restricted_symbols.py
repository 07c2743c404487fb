"""A prop firm's rule: what it does not let one trade."""

from __future__ import annotations

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "symbols"


class RestrictedSymbols(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `restricted_symbol` for a symbol in `refused`, and for one outside `only` unless that is None. What only
    closes is allowed."""

    refused: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def check(self, proposal: Proposal) -> Verdict:
        """Nothing is measured: a symbol is a name."""
        if self._restricts(proposal.signal.symbol) and proposal.opening > 0:
            return Denied(layer=LAYER, code="restricted_symbol", measured=None, limit=None)
        return Allowed(layer=LAYER)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        restricted = candidates.of_name(self._restricts)
        return Column.of(LAYER, {"restricted_symbol": restricted & (candidates.opening > 0)})

    def _restricts(self, symbol: str) -> bool:
        return symbol in self.refused or (self.only is not None and symbol not in self.only)
