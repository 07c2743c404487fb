"""A spare place that ends with the process."""

from __future__ import annotations

from alpine_core.model.alert_delivery import KeptAlert


class MemorySpare:
    """`ports.SparePlace` as one process has it; `beside()` is the same place for another one."""

    def __init__(self) -> None:
        self._shared = _Shared()

    def beside(self) -> MemorySpare:
        other = MemorySpare()
        other._shared = self._shared
        return other

    def end(self) -> None:
        """The process is killed."""
        if self._shared.holder is self:
            self._shared.holder = None

    def hold(self) -> bool:
        self._shared.holder = self._shared.holder or self
        return self._shared.holder is self

    def load(self) -> tuple[KeptAlert, ...]:
        return self._shared.kept

    def save(self, kept: tuple[KeptAlert, ...]) -> None:
        self._shared.kept = kept


class _Shared:
    def __init__(self) -> None:
        self.kept: tuple[KeptAlert, ...] = ()
        self.holder: MemorySpare | None = None
