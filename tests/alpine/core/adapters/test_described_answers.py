"""An address answers a stranger as its description says."""

from __future__ import annotations

from typing import Any

import pytest

from alpine_core.adapters.described_answers import stranger_fault

CLOSED = {"security": [{"Session": []}], "responses": {"200": {}, "401": {}, "404": {}}}
OPEN = {"responses": {"200": {}, "400": {}}, "security": []}
ASKED = {"responses": {"200": {}, "400": {}}, "parameters": [{"name": "index", "required": True}]}
EMPTY: dict[str, Any] = {"responses": {"200": {}, "401": {}, "403": {}, "404": {}}}
OPERATOR: dict[str, Any] = {"responses": {"200": {}, "403": {}}}


@pytest.mark.parametrize(
    ("described", "right"), [(CLOSED, 401), (OPEN, 200), (OPEN, 303), (ASKED, 400), (EMPTY, 404), (OPERATOR, 403)]
)
def test_an_answer_as_described_is_no_fault(described: dict[str, Any], right: int) -> None:
    assert stranger_fault(described, right) == ""


@pytest.mark.parametrize(
    ("described", "status", "told"),
    [
        (CLOSED, 200, "200, and not the 401 that a stranger is due: it is open"),
        (CLOSED, 404, "404, and not the 401 that a stranger is due"),
        (CLOSED, 500, "500, and not the 401 that a stranger is due"),
        (OPEN, 401, "401"),
        (OPEN, 403, "403"),
        (OPEN, 404, "404"),
        (OPEN, 429, "429"),
        (OPEN, 502, "502"),
        (OPEN, 400, "400"),
        (ASKED, 200, "200"),
        (ASKED, 401, "401"),
        (EMPTY, 401, "401"),
        (EMPTY, 403, "403"),
        (OPERATOR, 503, "503"),
    ],
)
def test_any_other_answer_is_a_fault(described: dict[str, Any], status: int, told: str) -> None:
    assert stranger_fault(described, status) == told
