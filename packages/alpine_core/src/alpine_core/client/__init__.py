"""Floor 6: follow the feed of a service and believe nothing of it: every signal is verified before it is handed out.

Needs the extra `client` (httpx).
"""

from alpine_core.client.async_client import AsyncClient
from alpine_core.client.backoff import Backoff
from alpine_core.client.errors import BadAnswer, ClientError, NotAllowed, Unreachable
from alpine_core.client.position import FilePosition, KeptPosition, MemoryPosition
from alpine_core.client.signal import Event, Outcome, Refused, Signal
from alpine_core.client.sync_client import Client
from alpine_core.verify.policy_text import read_policy

__all__ = [
    "AsyncClient",
    "Backoff",
    "BadAnswer",
    "Client",
    "ClientError",
    "Event",
    "FilePosition",
    "KeptPosition",
    "MemoryPosition",
    "NotAllowed",
    "Outcome",
    "Refused",
    "Signal",
    "Unreachable",
    "read_policy",
]
