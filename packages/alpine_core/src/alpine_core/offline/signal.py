"""`alpine-verify signal`: one downloaded evidence bundle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from alpine_core.errors import NotProven, OperatorError, SenderError
from alpine_core.model.realised import RealisedTrade
from alpine_core.model.signal import HASHED_NAMES
from alpine_core.offline.bundle import BundleReport, verify_bundle
from alpine_core.offline.policies import chosen_policy
from alpine_core.offline.verdict import Verdict, refused, witness_lines
from alpine_core.wire.json_text import read_object


def check_signal(file: Path, policy: Path | None, vkeys: Sequence[str]) -> Verdict:
    """Verify the bundle. Raises OperatorError for a file or policy that cannot be read."""
    bundle = _bundle_of(file)
    own = bundle.get("policy")
    trusted, warnings = chosen_policy(policy, vkeys, own if isinstance(own, str) else "")
    try:
        report = verify_bundle(bundle, trusted)
    except NotProven as error:
        return refused(error, warnings)
    return _told_of(report, warnings)


def _bundle_of(file: Path) -> dict[str, Any]:
    try:
        bundle = read_object(file.read_bytes())
    except OSError as error:
        raise OperatorError(f"{file}: it cannot be read: {error.strerror}") from None
    except SenderError as error:
        raise OperatorError(f"{file}: this is no evidence bundle: {error}") from None
    if bundle.keys().isdisjoint({"signal", *HASHED_NAMES}):
        raise OperatorError(f"{file}: this is no evidence bundle: there is no signal in it")
    return bundle


def _told_of(report: BundleReport, warnings: Sequence[str]) -> Verdict:
    signal, ended = report.signal, report.outcome
    lines = (
        f"VERIFIED. {signal['symbol']} {signal['action']} ({signal['signal_id']}) is entry {report.index} of"
        f" {report.origin}, logged {report.at}.",
        "the content is unchanged, was sealed at that time, and stands in the signed log",
        *witness_lines(report.cosignatures),
        f"ended: {ended.result} at {ended.exit_price}" if ended is not None else "no outcome in this bundle",
        *(realised_line(one) for one in report.realised),
        *warnings,
    )
    told = {
        "verified": True,
        "signal": signal,
        "origin": report.origin,
        "index": report.index,
        "size": report.size,
        "at": report.at,
        "witnesses": [{"name": each.name, "time": each.time} for each in report.cosignatures],
        "not_later_than": report.not_later_than,
        "outcome": None if ended is None else msgspec.to_builtins(ended),
        "realised": [msgspec.to_builtins(one) for one in report.realised],
        "warnings": list(warnings),
    }
    return Verdict(ok=True, lines=lines, told=told)


def realised_line(trade: RealisedTrade) -> str:
    """What an account made of the signal."""
    return (
        f"realised by executor {trade.executor_id} on a {trade.mode} account: entry {trade.entry_price}, exit"
        f" {trade.exit_price}, net {trade.net_pct} %, closed by {trade.exit}"
    )
