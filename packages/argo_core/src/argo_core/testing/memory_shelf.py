"""A shelf of reports, a store and a post office, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from argo_core.errors import StoreError, Unavailable
from argo_core.model.kept_report import KeptReport, KeptReports


class MemoryShelf:
    """`ports.ReportShelf`. For tests, and for nothing else. While `full` it takes nothing. `findings` are told; a
    report whose name is in `unreadable` is there and not listed, until it is put anew."""

    def __init__(self) -> None:
        self.full = False
        self.findings: tuple[str, ...] = ()
        self.unreadable: tuple[str, ...] = ()
        self._kept: dict[str, KeptReport] = {}
        self._contents: dict[tuple[str, str], bytes] = {}

    async def put(self, kept: KeptReport, contents: Mapping[str, bytes]) -> None:
        if self.full:
            raise StoreError("the shelf is full")
        self._kept[kept.name] = kept
        self.unreadable = tuple(name for name in self.unreadable if name != kept.name)
        self._contents |= {(kept.name, form): content for form, content in contents.items()}

    async def kept(self) -> KeptReports:
        readable = [kept for kept in self._kept.values() if kept.name not in self.unreadable]
        reports = sorted(readable, key=lambda kept: (kept.until, kept.name), reverse=True)
        return KeptReports(reports=tuple(reports), findings=self.findings, unreadable=self.unreadable)

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
    """`ports.ReportPost`: `letters` by message id, `sent` by try; while `down` it takes none, and never one for a
    reader in `refusing`."""

    def __init__(self, *readers: str) -> None:
        self.readers = readers or ("ada@argo.example",)
        self.letters: dict[str, tuple[str, dict[str, bytes]]] = {}
        self.sent: list[tuple[str, ...]] = []
        self.refusing: dict[str, str] = {}
        self.down = False

    async def send(
        self, subject: str, contents: Mapping[str, bytes], message_id: str, readers: Sequence[str]
    ) -> Mapping[str, str]:
        if self.down:
            raise Unavailable("the post office is down")
        refused = {reader: self.refusing[reader] for reader in readers if reader in self.refusing}
        taken = tuple(reader for reader in readers if reader not in refused)
        self.sent.append(taken)
        if taken:
            self.letters[message_id] = (subject, dict(contents))
        return refused
