"""The number of a simulated account."""

from __future__ import annotations

import hashlib

from argo_core.errors import ConfigError

_PURPOSE = b"argo simulated account\x00"


def simulated_account_number(api_key: str) -> str:
    """`SIM-` and 16 hex digits that follow from the credential and do not give it away.

    Raises ConfigError for an empty credential: an account needs an owner.
    """
    if not api_key:
        raise ConfigError("this executor has no credential: set alpaca.api_key, or ALPACA_API_KEY in its environment")
    return f"SIM-{hashlib.sha256(_PURPOSE + api_key.encode()).hexdigest()[:16]}"
