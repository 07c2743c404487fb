"""How often the language models may be asked, and what they may cost."""

from __future__ import annotations

from argo_core.errors import ConfigError
from argo_core.sources.opinion_schedule import SchedulePolicy
from argo_server.settings import Settings
from argo_server.wiring.live_seats import live_specs


def schedules(settings: Settings) -> dict[str, SchedulePolicy]:
    """What the language models may cost. Each generator has a bill of its own, so each takes an even share of what
    all may spend. Raises ConfigError, also where that is not one call."""
    sharing = settings.file.market.generators
    models, specs = {"x_sentiment": settings.file.x_api, "sonar": settings.file.sonar}, live_specs(settings)
    for key, calls in (("x_api", settings.file.x_api.calls_per_day), ("sonar", settings.file.sonar.calls_per_day)):
        if 0 < calls < sharing:
            why = f"{key}.calls_per_day is {calls}, and market.generators {sharing}: not one call for each"
            raise ConfigError(f"{why}; give {sharing} or more, or 0 to ask nothing")
    return {
        name: SchedulePolicy(
            source=name,
            cadence_seconds=specs[name].ttl_equity_seconds,
            daily_calls=section.calls_per_day // sharing,
            daily_usd=section.dollars_per_day / sharing,
        )
        for name, section in models.items()
    }
