"""What a process of threads is told about before it has any."""

from __future__ import annotations

from argo_core.adapters.freed_memory import keep_few_arenas
from argo_core.adapters.ready_types import ready_types


def ready_process() -> None:
    """To be called at the start of a process that runs for long: see `ready_types`, `keep_few_arenas`."""
    ready_types()
    keep_few_arenas()
