"""Where the workers of one host keep what they count."""

from __future__ import annotations

from pathlib import Path

from alpine_core.adapters.count_folder import CountFolder, counts_folder
from alpine_web.shared_counts import SharedCounts

__all__ = ["counts_folder", "counts_in"]


def counts_in(folder: Path | None, number: int) -> SharedCounts:
    """Of the worker of this number; alone without a folder. Raises StoreError."""
    return SharedCounts(None if folder is None else CountFolder(folder, number))
