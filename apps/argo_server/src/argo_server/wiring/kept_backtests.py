"""Backtests over the packaged history that are counted in the database and kept by their content."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import msgspec

from argo_core.adapters.backtest_content import backtest_content
from argo_core.adapters.open_kept_runs import open_kept_runs
from argo_core.backtest import Backtest
from argo_core.backtest.comparisons.random_entry import Chance
from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.kept_runs import Kept, Told, named
from argo_server.settings import ExecutorRole, Settings
from argo_server.settings.lab_rules import lab_rules
from argo_server.settings.shape import Replay
from argo_server.wiring.account_rules import rule_pack
from argo_server.wiring.backtest import BacktestChoice, open_backtest, with_choice
from argo_server.wiring.leavable_thread import in_leavable_thread

Work = Callable[[Backtest, Chance, int], Told]
"""Beside the event loop: the backtest, what draws its chances, and the number of trials, to what is kept."""


async def kept_backtest(settings: Settings, choice: BacktestChoice, form: Callable[[int], str], work: Work) -> Kept:
    """See `KeptRuns.answer`. Where a live run may add answers of language models, nothing is kept. Raises ConfigError,
    DataError, StoreError."""
    async with AsyncExitStack() as stack:
        test, chance = await stack.enter_async_context(open_backtest(settings, choice))
        folder = None if settings.file.replay.recordings else settings.cache_folder
        runs = await open_kept_runs(settings.database_url, folder, stack)

        async def told(trials: int) -> Told:
            return await in_leavable_thread(lambda: work(test, chance, trials))

        chosen = named(begin=choice.begin, end=choice.end, executor="prop_firm" if choice.prop_firm else "regular")
        return await runs.answer(content_of(settings, choice, test), form, told, chosen)


def content_of(settings: Settings, choice: BacktestChoice, test: Backtest) -> ComputedFrom:
    """All that the result follows from, dates left out."""
    chosen = with_choice(settings, choice)
    rules = lab_rules(replace(chosen, file=msgspec.structs.replace(chosen.file, replay=Replay()))).decode()
    if choice.prop_firm:
        rules += repr(rule_pack(ExecutorRole(chosen, "prop_firm", prop_firm=True)))
    extra = chosen.file.data_sources.extra
    return backtest_content(test, rules, programs=("argo_core", "argo_server"), extra_sources=extra)
