"""A spare place that ends with the process."""

from __future__ import annotations

from alpine_core.model.alert_delivery import KeptAlert


class MemorySpare:
    """`ports.SparePlace`."""

    def __init__(self) -> None:
        self._kept: tuple[KeptAlert, ...] = ()

    def load(self) -> tuple[KeptAlert, ...]:
        return self._kept

    def save(self, kept: tuple[KeptAlert, ...]) -> None:
        self._kept = kept
