"""Whether an address answers a stranger as its description says: who is healthy lets nobody in, and turns nobody away
who may come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OK_BELOW = 400
BAD_REQUEST, UNPROVED, REFUSED, MISSING = 400, 401, 403, 404


def stranger_fault(described: Mapping[str, Any], status: int) -> str:
    """What is wrong with the status that a GET without any proof and any parameter got, "" if nothing is.

    `described`: the operation of an OpenAPI description. Where it wants a proof only 401 is right: an answer would be
    a leak. Elsewhere an answer is; 400 where a parameter is required, 404 where it is described (nothing is kept yet),
    and 403 where it is described and no proof would help.
    """
    if described.get("security"):
        if status == UNPROVED:
            return ""
        return f"{status}, and not the 401 that a stranger is due" + (": it is open" if status < OK_BELOW else "")
    responses = {int(code) for code in described.get("responses", {}) if str(code).isdecimal()}
    expected = {BAD_REQUEST} if any(one.get("required") for one in described.get("parameters", ())) else set()
    expected |= {MISSING} & responses
    if UNPROVED not in responses:
        expected |= {REFUSED} & responses
    return "" if (status < OK_BELOW and BAD_REQUEST not in expected) or status in expected else str(status)
