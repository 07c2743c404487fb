"""Where the workers of one host keep what they count."""

from __future__ import annotations

from pathlib import Path

from alpine_core.adapters.count_folder import CountFolder
from alpine_web.shared_counts import SharedCounts


def counts_in(folder: Path | None, number: int) -> SharedCounts:
    """Of the worker of this number; alone without a folder. Raises StoreError."""
    return SharedCounts(None if folder is None else CountFolder(folder, number))
