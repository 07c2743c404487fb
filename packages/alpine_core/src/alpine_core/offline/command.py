"""The command line of `alpine-verify`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from alpine_core.errors import OperatorError
from alpine_core.offline.feed import check_feed
from alpine_core.offline.freshness import read_max_age
from alpine_core.offline.record import check_record
from alpine_core.offline.signal import check_signal
from alpine_core.offline.verdict import NOT_READ, Verdict

FRESH_MINUTES = 5.0


def main(words: Sequence[str] | None = None) -> int:
    """0: everything held. 1: something does not hold. 2: it could not be read or asked."""
    asked = _parser().parse_args(words)
    try:
        verdict = _verdict(asked)
    except OperatorError as error:
        sys.stderr.write(f"alpine-verify: {error}\n")
        return NOT_READ
    if asked.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(verdict.told)).decode() + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in verdict.lines))
    return verdict.status


def _verdict(asked: argparse.Namespace) -> Verdict:
    now = datetime.now(UTC)
    if asked.what == "record":
        return check_record(asked.file, asked.policy, asked.vkey, asked.since, now, read_max_age(asked.max_age))
    if asked.what == "signal":
        return check_signal(asked.file, asked.policy, asked.vkey)
    return check_feed(asked.url, asked.state, asked.policy, asked.vkey, now, read_max_age(asked.max_age))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="alpine-verify",
        description="Verifies a record of trading signals. Exit status: 0 verified, 1 not verified, 2 not read.",
    )
    trust = argparse.ArgumentParser(add_help=False)
    trust.add_argument("--policy", type=Path, metavar="FILE", help="whom to trust, as tlog-policy text")
    trust.add_argument("--vkey", action="append", default=[], metavar="KEY", help="trust the key of a log or witness")
    trust.add_argument("--json", action="store_true", help="the answer for programs")
    kinds = parser.add_subparsers(dest="what", required=True)
    record = kinds.add_parser("record", parents=[trust], help="a whole export of the record")
    record.add_argument("file", type=Path)
    record.add_argument("--since", type=Path, metavar="OLDER_EXPORT", help="must be the beginning of this record")
    signal = kinds.add_parser("signal", parents=[trust], help="one signal's evidence bundle")
    signal.add_argument("file", type=Path, metavar="BUNDLE.json")
    feed = kinds.add_parser("feed", parents=[trust], help="a mirror's public log, compared with the last visit")
    feed.add_argument("url", help="such as https://alpine.example")
    feed.add_argument("--state", type=Path, default=Path("alpine-verify-feed.jsonl"), metavar="FILE")
    for kind, when in ((record, "when it was exported"), (feed, "now")):
        age = f"of the newest witness's signature {when}; {FRESH_MINUTES:g} if not given"
        kind.add_argument("--max-age", type=float, default=FRESH_MINUTES, metavar="MINUTES", help=age)
    return parser
