"""`alpine-verify record`: a whole export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from alpine_core.errors import NotProven, OperatorError
from alpine_core.offline.findings_text import completeness_line, finding_lines
from alpine_core.offline.freshness import age_minutes, freshness_line, require_fresh, require_past
from alpine_core.offline.policies import chosen_policy
from alpine_core.offline.progress import Progress
from alpine_core.offline.verdict import Verdict, refused, witness_lines
from alpine_core.verify.record_file import RecordHead, RecordReport, read_head, verify_record
from alpine_core.wire.moments import read_moment


def check_record(
    file: Path, policy: Path | None, vkeys: Sequence[str], since: Path | None, now: datetime, max_age_minutes: float
) -> Verdict:
    """Verify the file, that it continues the older one, and that it was fresh when it was exported, however long ago.

    Raises OperatorError for what cannot be read.
    """
    try:
        with file.open("rb") as lines:
            warnings: tuple[str, ...] = ()
            try:
                head = read_head(lines.readline())
                older = None if since is None else head_of(since)
                trusted, warnings = chosen_policy(policy, vkeys, head.policy)
                progress = Progress(head.size)
                report = verify_record(head, lines, trusted, now, older, progress)
                progress.close()
                require_past(exported_at(head), now)
                require_fresh(report.checkpoint.cosignatures, exported_at(head), max_age_minutes)
            except NotProven as error:
                return refused(error, warnings)
    except OSError as error:
        raise OperatorError(f"{file}: it cannot be read: {error.strerror}") from None
    return told_of(report, head, warnings)


def head_of(file: Path) -> RecordHead:
    """The head of a record file. Raises NotProven, OperatorError."""
    try:
        with file.open("rb") as lines:
            return read_head(lines.readline())
    except OSError as error:
        raise OperatorError(f"{file}: it cannot be read: {error.strerror}") from None


def exported_at(head: RecordHead) -> datetime:
    """When the record was exported, as its own head says: it is not signed."""
    return read_moment("exported_at", head.exported_at)


def told_of(report: RecordReport, head: RecordHead, warnings: Sequence[str]) -> Verdict:
    """A record whose proofs hold: verified if no rule was broken."""
    ok = not report.findings
    first = (
        f"VERIFIED. All {report.counts.entries:,} entries of {head.origin} are the signed ones; none is missing"
        f" as of {head.exported_at}."
        if ok
        else f"NOT VERIFIED. The record is the signed one, and breaks {len(report.findings)} of its own rules."
    )
    lines = (
        first,
        completeness_line(report.counts),
        *finding_lines(report.findings),
        *witness_lines(report.checkpoint.cosignatures),
        f"newest entry {report.last_at}, exported {head.exported_at}",
        freshness_line(report.checkpoint.cosignatures, exported_at(head)),
        *warnings,
    )
    counts = {name: getattr(report.counts, name) for name in report.counts.__struct_fields__}
    told = {
        "verified": ok,
        "origin": head.origin,
        "size": head.size,
        "root": report.checkpoint.root.hex(),
        "counts": counts,
        "findings": [{"index": each.index, "code": each.code} for each in report.findings],
        "witnesses": [{"name": each.name, "time": each.time} for each in report.checkpoint.cosignatures],
        "exported_at": head.exported_at,
        "age_minutes": age_minutes(report.checkpoint.cosignatures, exported_at(head)),
        "warnings": list(warnings),
    }
    return Verdict(ok=ok, lines=lines, told=told)
