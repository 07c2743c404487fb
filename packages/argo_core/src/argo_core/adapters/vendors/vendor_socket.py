"""A vendor's WebSocket: each way in which it can fail as a SourceError, no secret in any of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus, WebSocketException

from argo_core.adapters.straight_socket import StraightSocket
from argo_core.adapters.vendor_path import Redacted
from argo_core.errors import SourceError

BUSY_SECONDS, MOST_FRAMES = 60.0, 20


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """In seconds: for connecting, for each answer of the opening talk, between pings; and bytes of one frame."""

    connect_seconds: float = 5.0
    answer_seconds: float = 10.0
    ping_seconds: float = 10.0
    frame_bytes: int = 4_194_304


class VendorSocket:
    """One open connection. `told` is every answer of the opening talk, `frames` what is pushed afterwards."""

    def __init__(self, vendor: str, socket: ClientConnection, secrets: Redacted, limits: SocketLimits) -> None:
        self._vendor, self._socket, self._secrets, self._limits = vendor, socket, secrets, limits

    async def say(self, message: object) -> None:
        """Send one JSON text. Raises SourceError."""
        try:
            await self._socket.send(msgspec.json.encode(message).decode())
        except (WebSocketException, OSError) as error:
            raise self._lost(error) from None

    async def told(self) -> list[dict[str, object]]:
        """The next frame, waited for no longer than an answer may take. Raises SourceError."""
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                said = await self._socket.recv()
        except TimeoutError:
            raise SourceError("TIMEOUT", f"{self._vendor}: the stream does not answer: we come back") from None
        except (WebSocketException, OSError) as error:
            raise self._lost(error) from None
        return self._decoded(said)

    async def reached(self, step: str, read: Callable[[list[dict[str, object]]], str | None]) -> None:
        """Listen until the opening talk has come to `step`, as `read` tells it of a frame. Raises SourceError."""
        for _ in range(MOST_FRAMES):
            if read(await self.told()) == step:
                return
        why = f"{self._vendor}: the stream never came to {step!r}: not what it documents"
        raise SourceError("REFUSED_ANSWER", why)

    async def frames(self) -> AsyncIterator[list[dict[str, object]]]:
        """Without end: raises SourceError VENDOR_ERROR when the connection is lost, closed in order too."""
        while True:
            try:
                said = await self._socket.recv()
            except (WebSocketException, OSError) as error:
                raise self._lost(error) from None
            yield self._decoded(said)

    def redacted(self, error: SourceError) -> SourceError:
        """The same error without a secret in its sentence."""
        said = self._secrets.sentence(str(error))
        return SourceError(error.reason, said, retry_after=error.retry_after, permanent=error.permanent)

    def _decoded(self, said: str | bytes) -> list[dict[str, object]]:
        try:
            return msgspec.json.decode(said, type=list[dict[str, object]])
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise SourceError("REFUSED_ANSWER", f"{self._vendor}: a frame that is no list of messages") from None

    def _lost(self, error: Exception) -> SourceError:
        return SourceError("VENDOR_ERROR", f"{self._vendor}: the stream was cut ({type(error).__name__}): we come back")


@asynccontextmanager
async def open_socket(vendor: str, url: str, secrets: Redacted, limits: SocketLimits) -> AsyncIterator[VendorSocket]:
    """A connection, closed at the end. Raises SourceError, RATE_LIMITED where the vendor turns connections away."""
    try:
        socket = await StraightSocket(
            url, open_timeout=limits.connect_seconds, ping_interval=limits.ping_seconds,
            ping_timeout=limits.ping_seconds, close_timeout=1.0, max_size=limits.frame_bytes,
        )  # fmt: skip
    except InvalidStatus as error:
        raise _turned_away(vendor, error.response.status_code) from None
    except TimeoutError:
        raise SourceError("TIMEOUT", f"{vendor}: the stream cannot be opened in time: we come back") from None
    except (OSError, WebSocketException) as error:
        why = f"{vendor}: the stream cannot be opened ({type(error).__name__}): is the network up?"
        raise SourceError("VENDOR_ERROR", why) from None
    try:
        yield VendorSocket(vendor, socket, secrets, limits)
    finally:
        await socket.close()


def _turned_away(vendor: str, status: int) -> SourceError:
    if status == 429:
        return SourceError(
            "RATE_LIMITED", f"{vendor}: too many connections of this key: we wait", retry_after=BUSY_SECONDS
        )
    if status in (401, 402, 403):
        return SourceError("DISABLED", f"{vendor}: the stream refuses the key ({status}): check it", permanent=True)
    if 300 <= status < 400:
        why = f"{vendor}: the stream sends us elsewhere ({status}), and we follow nobody: check its address"
        return SourceError("VENDOR_ERROR", why, permanent=True)
    return SourceError("VENDOR_ERROR", f"{vendor}: the stream answered {status}", permanent=400 <= status < 500)
