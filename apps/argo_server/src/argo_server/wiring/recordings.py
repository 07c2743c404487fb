"""The language models' answers that a replay votes with: those that a live run kept."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.opinion_log import SqlOpinionLog
from argo_core.errors import ConfigError, StoreError
from argo_core.ports.opinion_log import OpinionLog
from argo_server.settings import Settings
from argo_server.wiring.market import replay_period

MODELS = ("x_sentiment", "sonar")


def recordings_path(settings: Settings) -> Path | None:
    """The database that `replay.recordings` names, None without one. Raises ConfigError if it is not there."""
    name = settings.file.replay.recordings
    if name is None:
        return None
    base = Path.cwd() if settings.file_path is None else settings.file_path.resolve().parent
    path = (base / name).resolve()
    if not path.is_file():
        raise ConfigError(f"replay.recordings {name}: there is no such file: name the SQLite database of a live run")
    return path


async def open_recordings(settings: Settings, stack: AsyncExitStack) -> OpinionLog | None:
    """The kept answers, closed with the stack; None where none are configured. Raises ConfigError."""
    path = recordings_path(settings)
    if path is None:
        return None
    try:
        database = await Database.open(f"sqlite+aiosqlite:///{path}")
    except StoreError as error:
        raise ConfigError(f"replay.recordings {settings.file.replay.recordings}: {error}") from error
    stack.push_async_callback(database.close)
    log = SqlOpinionLog(database)
    await _require_answers(log, settings)
    return log


async def _require_answers(log: OpinionLog, settings: Settings) -> None:
    """A replay without a single answer in its period would run as though nothing were configured."""
    begin, end = replay_period(settings.file)
    for source in MODELS:
        if any(answer.known_at >= begin for answer in (await log.newest(source, end)).values()):
            return
    raise ConfigError(
        f"replay.recordings {settings.file.replay.recordings}: no answer was given between {begin:%Y-%m-%d} and "
        f"{end:%Y-%m-%d} of the replayed market: choose a period of the live run with replay.start and replay.end"
    )
