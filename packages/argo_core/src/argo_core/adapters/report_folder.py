"""Reports in a folder: `2026/week_20261122.txt` and its other forms, and beside them what is known of it.

The state lies beside the files rather than in the database: it is of the files, goes with them wherever they are
copied, and a lost folder does not leave a table that claims that reports are there.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from argo_core.adapters.durable_file import write_durably
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.errors import ConfigError, StoreError
from argo_core.model.kept_report import KeptReport, KeptReports
from argo_core.reports.report_calendar import report_name

STATE = "json"
NAME = re.compile(r"[0-9]{4}/(week|premium|all_time)_[0-9]{8}")
FORMS = frozenset({"txt", "html", "csv", "xlsx"})
_KEPT = msgspec.json.Decoder(KeptReport)


class ReportFolder:
    """`ports.ReportShelf` in `folder`, which is made when the first report is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, kept: KeptReport, contents: Mapping[str, bytes]) -> None:
        """Raises StoreError."""
        await asyncio.to_thread(self._put, kept, contents)

    async def kept(self) -> KeptReports:
        """Raises StoreError where the folder itself cannot be looked into."""
        return await asyncio.to_thread(self._kept)

    async def read(self, name: str, form: str) -> bytes | None:
        """Raises StoreError."""
        if NAME.fullmatch(name) is None or form not in FORMS:
            return None
        return await asyncio.to_thread(self._read, name, form)

    async def remove(self, name: str) -> None:
        """Raises StoreError."""
        if NAME.fullmatch(name) is not None:
            await asyncio.to_thread(self._remove, name)

    def _put(self, kept: KeptReport, contents: Mapping[str, bytes]) -> None:
        try:
            for form, content in contents.items():
                write_whole(self._file(kept.name, form), content)
            # Last, and whole: a crash before this leaves forms that no report claims, and the next try writes over.
            state = msgspec.json.format(msgspec.json.encode(kept), indent=2)
            # Durably: what was lost with the power would be mailed to every reader again.
            write_durably(self._file(kept.name, STATE), state)
        except ConfigError as error:
            raise StoreError(str(error)) from error
        except OSError as error:
            raise StoreError(f"{kept.name}.{STATE} cannot be written: {error.strerror}: make room") from error

    def _kept(self) -> KeptReports:
        reports, findings, unreadable = [], [], []
        for file in sorted(self._folder.glob(f"[0-9][0-9][0-9][0-9]/*.{STATE}")):
            try:
                reports.append(_state(file))
            except StoreError as error:
                findings.append(str(error))
                unreadable.append(_named(file))
        reports.sort(key=lambda kept: (kept.until, kept.name), reverse=True)
        names = tuple(name for name in unreadable if NAME.fullmatch(name))
        return KeptReports(reports=tuple(reports), findings=tuple(findings), unreadable=names)

    def _read(self, name: str, form: str) -> bytes | None:
        file = self._file(name, form)
        try:
            return file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{file} cannot be read: {error.strerror}: give this user the right to") from error

    def _remove(self, name: str) -> None:
        try:
            for form in (STATE, *sorted(FORMS)):
                self._file(name, form).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{name} cannot be removed: {error.strerror}: give this user the right to") from error

    def _file(self, name: str, form: str) -> Path:
        return self._folder / f"{name}.{form}"


def _named(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def _state(file: Path) -> KeptReport:
    try:
        kept = _KEPT.decode(file.read_bytes())
    except msgspec.MsgspecError as error:
        raise StoreError(f"{file} is not what we wrote: remove it, and the report is made again") from error
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}: give this user the right to") from error
    named = _named(file)
    # Its name is where its other forms are written and removed, and says how old it is.
    if NAME.fullmatch(named) is None or not kept.name == named == report_name(kept.kind, kept.until):
        raise StoreError(f"{file} is of another report: remove it, and make the report again")
    return kept
