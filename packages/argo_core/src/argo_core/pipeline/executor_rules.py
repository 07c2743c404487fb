"""By which rules an executor minds its account, beside those by which it decides on signals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from argo_core.errors import ConfigError
from argo_core.execution.protective_steps import ProtectionRules
from argo_core.risk import WatchRules


@dataclass(frozen=True, slots=True)
class ExecutorRules:
    """`groups` names what symbols belong to, where their history is short; `increments` a symbol's smallest step.

    `refresh_seconds`: how often the venue is asked for everything; `store_seconds`: how often the watch's state is kept
    where nothing has changed; `max_intent_age_seconds`: an intent that was decided and not placed for so long is
    withdrawn. All above 0. Raises ConfigError.
    """

    watch: WatchRules
    protection: ProtectionRules = field(default_factory=ProtectionRules)
    groups: Mapping[str, str] = field(default_factory=dict)
    increments: Mapping[str, float] = field(default_factory=dict)
    refresh_seconds: float = 30.0
    store_seconds: float = 60.0
    max_intent_age_seconds: float = 300.0

    def __post_init__(self) -> None:
        if not all(value > 0 for value in (self.refresh_seconds, self.store_seconds, self.max_intent_age_seconds)):
            raise ConfigError("an executor's seconds between refreshes, stores and for an intent's age are above 0")
