"""Every layer's answer to many candidates at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from argo_core.errors import ConfigError
from argo_core.risk.assess import NO_LAYERS
from argo_core.risk.candidates import Bools, Candidates, Column
from argo_core.risk.layer import ManyRowLayer, RiskLayer


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """The layers' answers in their order. Nothing checked is nothing allowed."""

    columns: tuple[Column, ...]

    @property
    def allowed(self) -> Bools:
        """(N,) rows that every layer allows."""
        allowed: Bools = np.logical_and.reduce([column.which == 0 for column in self.columns])
        return allowed

    def codes(self, row: int) -> tuple[str, ...]:
        """Every denial of a row, in the order of the layers."""
        return tuple(code for column in self.columns if (code := column.code(row)) is not None)


def screen(layers: Sequence[RiskLayer], candidates: Candidates) -> Screened:
    """Ask every layer. Without a layer every row has the denial `no_layers`.

    Raises ConfigError for a layer that answers one proposal only.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):  # what is no number is denied, not a warning
        columns = tuple(_many(layer).check_many(candidates) for layer in layers)
    every = np.ones(len(candidates), dtype=np.bool_)
    return Screened(columns or (Column.of(NO_LAYERS.layer, {NO_LAYERS.code: every}, 0.0, 1.0),))


def _many(layer: RiskLayer) -> ManyRowLayer:
    if not isinstance(layer, ManyRowLayer):
        raise ConfigError(f"{type(layer).__name__} judges one proposal at a time: give it check_many to screen")
    return layer
