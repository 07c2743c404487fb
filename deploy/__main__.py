"""`deploy/run`: status 0 if the order was carried out, 1 if it was refused, 2 for bad usage."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from deploy import orders
from deploy.errors import Refused
from deploy.plan import load_plan

EXAMPLES = """examples:
  deploy/run --plan /etc/argo/deploy.toml gates
  deploy/run --plan /etc/argo/deploy.toml deploy --confirm 3fab3a2
  deploy/run --plan /etc/argo/deploy.toml rollback --reason 'win rate of the first hour'"""


def parsed(words: list[str]) -> argparse.Namespace:
    """The order. Ends the program with status 2 for one that is none."""
    parser = argparse.ArgumentParser(
        prog="deploy/run",
        description="Deploys releases of one entity, blue and green.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--plan", type=Path, required=True, help="where releases live and how they are judged (TOML)")
    commands = parser.add_subparsers(dest="order", required=True)
    for name, told in (
        ("gates", "run the safety gates and switch nothing"),
        ("deploy", "run the gates, switch, confirm and watch"),
        ("test", "build and try the release, and touch no side"),
    ):
        one = commands.add_parser(name, help=told)
        one.add_argument("--commit", default="HEAD", help="what to deploy (default: HEAD)")
        if name != "test":
            one.add_argument("--confirm", metavar="COMMIT", help="the commit once more: the explicit confirmation")
    back = commands.add_parser("rollback", help="go back to the release of the other side")
    back.add_argument("--reason", default="", help="why, for the record")
    commands.add_parser("status", help="both sides and the last record; status 1 unless the active side is whole")
    commands.add_parser("stop", help="end both sides")
    commands.add_parser("start", help="start the active side again after a stop")
    return parser.parse_args(words)


def tell(line: str) -> None:
    """One line of the answer, at once."""
    print(line, flush=True)


def main(words: list[str]) -> int:
    """Carries out one order."""
    asked = parsed(words)
    os.umask(0o022)  # services of other users read releases; settings and backups are written by others
    try:
        plan = load_plan(asked.plan.resolve())
        if asked.order == "status":
            return 0 if orders.status(plan, tell) else 1
        if asked.order in ("gates", "deploy"):
            {"gates": orders.gates, "deploy": orders.deploy}[asked.order](plan, asked.commit, asked.confirm, tell)
        elif asked.order == "test":
            orders.trial(plan, asked.commit, tell)
        elif asked.order == "rollback":
            orders.rollback(plan, asked.reason, tell)
        else:
            {"start": orders.start, "stop": orders.stop}[asked.order](plan, tell)
    except Refused as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
