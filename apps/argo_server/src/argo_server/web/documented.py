"""A query shape as route options: what the guard checks and what OpenAPI shows come from the same fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi.spec import Operation, Parameter, Schema

from argo_server.web.queries import Filter


def documented(shape: type[Filter]) -> dict[str, Any]:
    """Keyword arguments for a route decorator."""
    _, components = msgspec.json.schema_components([shape])
    properties = components[shape.__name__]["properties"]
    parameters = [
        Parameter(name=name, param_in="query", description=about.get("description"), schema=_schema(about))
        for name, about in properties.items()
    ]

    @dataclass
    class QueryOperation(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or ()), *parameters]

    return {"query": shape, "operation_class": QueryOperation}


def _schema(about: dict[str, Any]) -> Schema:
    """The first alternative: `null` cannot be written in a query string, leaving the field out says it."""
    choice = about.get("anyOf", [about])[0]
    kinds = {"minimum": "minimum", "maximum": "maximum", "pattern": "pattern", "format": "format", "enum": "enum"}
    kept = {ours: choice[theirs] for theirs, ours in kinds.items() if theirs in choice}
    return Schema(type=choice.get("type"), max_length=choice.get("maxLength"), default=about.get("default"), **kept)
