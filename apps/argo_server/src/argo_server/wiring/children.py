"""The processes that `argo serve` starts and watches."""

from argo_core.adapters.child_processes import run_children

__all__ = ["run_children"]
