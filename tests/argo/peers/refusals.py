"""What the vendors say when they say no, as their documentation shows it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.argo.peers.http_peer import Reply

FOLDER = Path(__file__).parents[2] / "vectors" / "vendors"
FILES = {"alpaca": "alpaca/data_errors", "alpha_vantage": "alpha_vantage/errors_200"}


def refused(vendor: str, case: str) -> Reply:
    """One of the vendor's documented refusals."""
    told = json.loads((FOLDER / f"{FILES.get(vendor, f'{vendor}/errors')}.json").read_text())[case]
    body = told["body"].encode() if isinstance(told["body"], str) else told["body"]
    return Reply(body, told["status"], told.get("content_type", "application/json"))
