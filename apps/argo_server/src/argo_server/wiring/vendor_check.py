"""The check of the vendors, where their packages are installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argo_core.errors import ConfigError

if TYPE_CHECKING:
    from argo_core.pipeline.check_sources import SourceCheck
    from argo_server.settings import Settings


async def check_vendors(settings: Settings, *, models: bool) -> tuple[SourceCheck, ...]:
    """See `live_check`, which imports the vendors' packages: seconds that no other command should take."""
    try:
        from argo_server.wiring import live_check
    except ImportError as error:
        raise ConfigError(f"the vendors need the package {error.name}: install argo-server[live]") from error
    return await live_check.check_vendors(settings, models=models)
