"""The producer as a running service: settings → wiring → web, jobs, cli."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argo_server.plugin import ArgoPlugin as ArgoPlugin

__all__ = ["ArgoPlugin"]


def __getattr__(name: str) -> Any:
    """ArgoPlugin, imported when it is asked for: the command line starts without a web framework."""
    if name != "ArgoPlugin":
        raise AttributeError(f"argo_server has no {name!r}")
    from argo_server.plugin import ArgoPlugin

    return ArgoPlugin
