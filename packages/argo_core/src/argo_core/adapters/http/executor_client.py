"""An executor asked and told over HTTP, with the key that generator and executors share."""

from __future__ import annotations

from typing import TypeVar

import httpx
import msgspec

from argo_core.adapters.http.sender import Receiver
from argo_core.errors import DataError, Unavailable
from argo_core.pipeline.executor_line import Halted, Resumed
from argo_core.pipeline.executor_status import ExecutorStatus
from argo_core.pipeline.trade_test import Tried

ASK_SECONDS, ACT_SECONDS = 5.0, 60.0
STATUS, HALT, RESUME = "/api/v1/trading/status", "/api/v1/trading/halt", "/api/v1/trading/resume"
TEST = "/api/v1/trading/test"

T = TypeVar("T")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants, why, and who they are."""

    reason: str
    by: str


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    detail: str = ""
    code: str = "refused"


class ExecutorClient:
    """`pipeline.executor_line.ExecutorLine`. Close the client that it was given."""

    def __init__(self, client: httpx.AsyncClient, receiver: Receiver) -> None:
        self._client, self._receiver = client, receiver

    async def status(self) -> ExecutorStatus:
        """How it stands."""
        return await self._ask("GET", STATUS, None, ExecutorStatus, ASK_SECONDS)

    async def halt(self, reason: str, by: str) -> Halted:
        """Stop it, cancel every order, close every position."""
        return await self._ask("POST", HALT, Order(reason=reason, by=by), Halted, ACT_SECONDS)

    async def resume(self, reason: str, by: str) -> Resumed:
        """Let it trade again."""
        return await self._ask("POST", RESUME, Order(reason=reason, by=by), Resumed, ACT_SECONDS)

    async def trade_test(self, symbol: str) -> Tried:
        """One tiny order there and back."""
        return await self._ask("POST", TEST, {"symbol": symbol}, Tried, ACT_SECONDS)

    async def _ask(self, method: str, path: str, body: object, shape: type[T], seconds: float) -> T:
        url, headers = f"{self._receiver.base_url}{path}", {"X-API-Key": self._receiver.key}
        content = None if body is None else msgspec.json.encode(body)
        try:
            answer = await self._client.request(method, url, content=content, headers=headers, timeout=seconds)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{url}: {type(error).__name__}: is the executor running?") from error
        if answer.is_success:
            try:
                return msgspec.json.decode(answer.content, type=shape)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise Unavailable(f"{url}: the answer is not an executor's: is the address right?") from error
        raise self._refusal(url, answer)

    def _refusal(self, url: str, answer: httpx.Response) -> DataError | Unavailable:
        try:
            problem = msgspec.json.decode(answer.content, type=_Problem)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return Unavailable(f"{url}: {answer.status_code}: is this an executor?")
        if answer.status_code in (401, 403):
            return Unavailable(f"{url}: the key is refused: install the key that generator and executors share")
        if answer.is_client_error:
            return DataError(problem.code, problem.detail)
        return Unavailable(f"{url}: {answer.status_code}: {problem.detail}")
