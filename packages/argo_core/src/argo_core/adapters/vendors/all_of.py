"""Several questions to one vendor at a time, one answer or one failure."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from argo_core.errors import SourceError

T = TypeVar("T")


async def all_of(vendor: str, questions: Sequence[Coroutine[Any, Any, T]], *, within_seconds: float) -> list[T]:
    """The answers in the order of the questions. The first that fails ends the others.

    Raises SourceError, TIMEOUT when the whole has not ended in time; any other error of a question as it is.
    """
    tasks = [asyncio.ensure_future(question) for question in questions]
    try:
        async with asyncio.timeout(within_seconds):
            return list(await asyncio.gather(*tasks))
    except TimeoutError as error:
        why = f"{vendor}: no complete answer within {within_seconds:g} s"
        raise SourceError("TIMEOUT", f"{why}: it is asked again") from error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
