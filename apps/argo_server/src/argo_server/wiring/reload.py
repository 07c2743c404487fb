"""Changed settings into the running parts: everything is made and checked before anything is exchanged."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from argo_core.adapters.sql import Database
from argo_core.consensus import ConsensusEngine, Weights
from argo_core.errors import ConfigError
from argo_core.ledger import Ledger, PolicyText
from argo_core.model.configuration import Cause
from argo_core.pipeline import Cycle, Stages
from argo_core.ports import Clock, Notifier
from argo_core.sources.reweighted import reweighted
from argo_server.generator import Generator
from argo_server.reloading import Reloader
from argo_server.services import LiveServices
from argo_server.settings import Settings
from argo_server.settings.reload import Reread, reread, rules_in_force
from argo_server.settings.shape import ConfigFile
from argo_server.weights import configured_weights
from argo_server.wiring.check import check_settings
from argo_server.wiring.configurations import keep_settings
from argo_server.wiring.policies import consensus_policy, cycle_policy

NAME = "settings"


@dataclass(slots=True)
class Running:
    """What is exchanged. `settings` are those in force."""

    settings: Settings
    cycle: Cycle
    generator: Generator
    ledger: Ledger
    live: LiveServices | None

    def read(self) -> Reread:
        """The file as it is now, refused unless a process would start with it. Raises ConfigError."""
        fresh = reread(self.settings)
        if self.live is None and "signal_generation.symbols" in fresh.changed:
            raise ConfigError("the symbols of a replay are loaded at its start: start again with the new ones")
        if not self.settings.file.signal_generation.share.is_whole and "signal_generation.symbols" in fresh.changed:
            raise ConfigError("several generators deal the symbols at their start: stop them all, and start all again")
        check_settings(fresh.settings)
        return fresh

    async def take_over(self, fresh: Reread) -> None:
        """Between two cycles. The log names the new rules before anything is decided under them. Raises ConfigError."""
        file = fresh.settings.file
        stages = changed_stages(self.cycle.stages, file)

        async def exchange() -> None:
            self.ledger.follow(rules_text(file))
            self.cycle.adopt(stages)
            self.generator.adopt(file.signal_generation.own_symbols)
            if self.live is not None:
                self.live.adopt(fresh.settings)
            self.settings = fresh.settings

        await self.generator.between(exchange)


def reloader_of(running: Running, database: Database, clock: Clock, notifier: Notifier) -> Reloader:
    """Of the file that this process was started with."""

    async def keep(fresh: Reread) -> None:
        await keep_settings(fresh.settings, database, clock, Cause.CHANGE)

    return Reloader(running.settings.file_path, running.read, running.take_over, clock, keep=keep, notifier=notifier)


def rules_text(file: ConfigFile) -> PolicyText:
    """The rules that may change while we run, as they are logged."""
    return PolicyText(name=NAME, text=rules_in_force(file))


def changed_stages(stages: Stages, file: ConfigFile) -> Stages:
    """The same walk under other weights and thresholds. Raises ConfigError."""
    sources = reweighted(stages.sources, source_weights(file))
    return dataclasses.replace(
        stages,
        sources=sources,
        engine=ConsensusEngine(Weights.of(source.spec for source in sources), consensus_policy(file)),
        policy=cycle_policy(file),
    )


def source_weights(file: ConfigFile) -> Mapping[str, float]:
    """By the name that a source has in a live market or in a replay."""
    weights = configured_weights(file)
    replayed = {"replay_price_action": weights["alpaca_pro"], "replay_technical": weights["yfinance"]}
    return {**weights, **replayed, **file.data_sources.extra}
