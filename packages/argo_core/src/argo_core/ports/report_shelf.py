"""Where reports are kept, and by whom they are carried further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from argo_core.model.kept_report import KeptReport, KeptReports


class ReportShelf(Protocol):
    """Promise: a report that is listed is there whole; one of the same name takes the place of the earlier. Names are
    those of `KeptReport`. Raises StoreError. One writer at a time."""

    async def put(self, kept: KeptReport, contents: Mapping[str, bytes]) -> None:
        """Write these forms, by ending, and then what is known of the report; without contents the latter alone."""
        ...

    async def kept(self) -> KeptReports:
        """Newest first, by `until` and name. One that cannot be read is a finding and hides no other."""
        ...

    async def read(self, name: str, form: str) -> bytes | None:
        """One form; None where there is none, also for a name or form that no report can have."""
        ...

    async def remove(self, name: str) -> None:
        """All of it; nothing where there is none."""
        ...


class ReportUpload(Protocol):
    """Promise: returns once the content is durable under its key; sending again puts the same in its place. Raises
    StoreError within a minute where it cannot be done now."""

    async def put(self, key: str, content: bytes, media_type: str) -> None:
        """`key` as `reports/2026/week_20261122.txt`."""
        ...


class ReportPost(Protocol):
    """Promise: returns once a server has taken the letter or refused it for each reader. Within a minute it raises
    Unavailable where it may be taken later, StoreError where it is refused for all. A letter may come twice: the same
    `message_id` is the same letter."""

    @property
    def readers(self) -> tuple[str, ...]:
        """Everybody who is to get reports, by address."""
        ...

    async def send(
        self, subject: str, contents: Mapping[str, bytes], message_id: str, readers: Sequence[str]
    ) -> Mapping[str, str]:
        """To these of the readers; why it was refused, by reader. `contents` by file name; the text form is the
        letter's own text, the others go with it."""
        ...
