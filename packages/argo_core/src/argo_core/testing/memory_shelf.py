"""A shelf of reports, a store and a post office, in memory."""

from __future__ import annotations

from collections.abc import Mapping

from argo_core.errors import Unavailable
from argo_core.model.kept_report import KeptReport


class MemoryShelf:
    """`ports.ReportShelf`. For tests, and for nothing else."""

    def __init__(self) -> None:
        self._kept: dict[str, KeptReport] = {}
        self._contents: dict[tuple[str, str], bytes] = {}

    async def put(self, kept: KeptReport, contents: Mapping[str, bytes]) -> None:
        self._kept[kept.name] = kept
        self._contents |= {(kept.name, form): content for form, content in contents.items()}

    async def kept(self) -> tuple[KeptReport, ...]:
        return tuple(sorted(self._kept.values(), key=lambda kept: (kept.until, kept.name), reverse=True))

    async def read(self, name: str, form: str) -> bytes | None:
        return self._contents.get((name, form))

    async def remove(self, name: str) -> None:
        self._kept.pop(name, None)
        self._contents = {key: content for key, content in self._contents.items() if key[0] != name}


class MemoryUpload:
    """`ports.ReportUpload`: `stored` by key; while `down` it takes nothing."""

    def __init__(self) -> None:
        self.stored: dict[str, tuple[bytes, str]] = {}
        self.down = False

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        if self.down:
            raise Unavailable("the store is down")
        self.stored[key] = (content, media_type)


class MemoryPost:
    """`ports.ReportPost`: `letters` by message id; while `down` it takes none."""

    def __init__(self) -> None:
        self.letters: dict[str, tuple[str, dict[str, bytes]]] = {}
        self.down = False

    async def send(self, subject: str, contents: Mapping[str, bytes], message_id: str) -> None:
        if self.down:
            raise Unavailable("the post office is down")
        self.letters[message_id] = (subject, dict(contents))
