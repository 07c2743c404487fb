"""The distributor as a running service: settings → wiring → web, jobs, cli."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alpine_web.plugin import AlpinePlugin as AlpinePlugin

__all__ = ["AlpinePlugin"]


def __getattr__(name: str) -> Any:
    """The plugin is loaded at its first use, so that commands start without a web framework."""
    if name == "AlpinePlugin":
        from alpine_web.plugin import AlpinePlugin

        return AlpinePlugin
    raise AttributeError(f"alpine_web has no {name!r}")
