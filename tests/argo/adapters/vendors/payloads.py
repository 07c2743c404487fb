"""The vendors' own answers, as their documentation shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from argo_core.adapters.vendor_path import Document
from argo_core.model.instant import InstantArray

FOLDER = Path(__file__).parents[3] / "vectors" / "vendors"


def payload(name: str) -> Any:
    """The decoded file, for instance `alpaca/stock_bars`."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def names(vendor: str) -> list[str]:
    """All payloads of a vendor."""
    return sorted(path.stem for path in (FOLDER / vendor).glob("*.json"))


def minutes(instants: InstantArray) -> list[str]:
    """Instants to the minute, for instance `2026-11-20T14:30`. A second that is lost here fails the test."""
    assert (instants == instants.astype("datetime64[m]")).all()
    return [str(each) for each in instants.astype("datetime64[m]")]


def document(case: dict[str, Any]) -> Document:
    """One case of an `errors` file as it comes over the wire."""
    body = case["body"]
    kind = case.get("content_type", "application/json")
    return Document(
        case["status"], {"content-type": kind}, body.encode() if isinstance(body, str) else json.dumps(body).encode()
    )
