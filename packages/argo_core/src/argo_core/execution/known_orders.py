"""Orders by name as an immutable value that grows by one at a time without being copied whole."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping

from argo_core.model.order import Order

FEW = 32
"""So many orders are copied for each change; larger parts only when another of their size has come together."""

Layers = tuple[Mapping[str, Order], ...]


class KnownOrders(Mapping[str, Order]):
    """In the order in which they were first known. A change copies O(log N) of N orders on average, a look-up asks
    O(log N) layers: values made before keep what they hold, and share it."""

    __slots__ = ("_layers",)

    def __init__(self, orders: Mapping[str, Order] | None = None) -> None:
        self._layers: Layers = (dict(orders),) if orders else ()

    def after(self, name: str, order: Order) -> KnownOrders:
        """With this order as the last word on its name."""
        layers, newest = list(self._layers), {name: order}
        if layers and len(layers[-1]) < FEW:
            newest = {**layers.pop(), **newest}
        while layers and len(layers[-1]) <= len(newest):
            newest = {**layers.pop(), **newest}
        grown = KnownOrders()
        grown._layers = (*layers, newest)
        return grown

    def __getitem__(self, name: str) -> Order:
        for layer in reversed(self._layers):  # later layers hold later words
            order = layer.get(name)
            if order is not None:
                return order
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._together())

    def __len__(self) -> int:
        return len(self._together())

    def items(self) -> ItemsView[str, Order]:
        return self._together().items()

    def _together(self) -> Mapping[str, Order]:
        return {name: order for layer in self._layers for name, order in layer.items()}
