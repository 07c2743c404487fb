"""What a backtest's result follows from, with the code that is installed here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from argo_core.adapters.code_hash import codes_hash, installed_hash
from argo_core.adapters.installed_sources import source_packages
from argo_core.backtest.backtest import Backtest
from argo_core.backtest.content_key import ComputedFrom, hashes_of

STRATEGY = "the live stages"


def backtest_content(
    test: Backtest, rules: str, *, programs: Iterable[str], extra_sources: Iterable[str] = ()
) -> ComputedFrom:
    """The content of `test`, set up by `rules`: all settings of strategy and account, the seed among them, no dates.
    The period counts by the moments that are in it.

    `programs` are the packages that set it up and run it, `extra_sources` names of sources that others bring: a changed
    line of any, or another version of anything installed, is another content. Raises ConfigError.
    """
    return ComputedFrom(
        bars=hashes_of({bars.symbol: bars for bars in test.history.bars}),
        strategy=STRATEGY,
        source_hash=codes_hash(source_packages(extra_sources)),
        engine=f"{codes_hash(programs)} {installed_hash()}",
        parameters={"moments": hashlib.sha256(test.history.instants.tobytes()).hexdigest(), "rules": rules},
    )
