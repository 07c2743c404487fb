"""Write docs/runbooks/index.md from the alerts that the code can raise; `--check` only compares.

Raises SystemExit, one line, for an alert without a page, a page without an alert, or an index that is not up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from alpine_core.alerts.rules import RULES as ALPINE_RULES
from alpine_core.alerts.rules import RUNBOOKS as ALPINE_RUNBOOKS
from argo_core.alerts.rules import RULES
from argo_core.alerts.runbooks import RUNBOOKS

FOLDER = Path(__file__).parents[1] / "docs" / "runbooks"
PARTS = ("## What it means", "## What to do", "## How to verify")


def index() -> str:
    """The page."""
    rules = {
        rule.name: (rule.severity.value, f"{rule.side.value} {rule.limit:g} {rule.unit}" if rule.unit else "at once")
        for rule in RULES
    }
    lines = [
        "# Runbooks",
        "",
        "One page for each alert: what it means, what to do, how to verify. Written by `scripts/runbook_index.py`.",
        "What else can be seen on a running system stands in the [runbook](../runbook.md).",
        "",
        "## Argo",
        "",
        "| alert | severity | fires |",
        "|---|---|---|",
        *(_line(name, *rules.get(name, ("as it says", "at once"))) for name in sorted(RUNBOOKS)),
        "",
        "## Alpine",
        "",
        "| alert | severity | fires |",
        "|---|---|---|",
    ]
    for name in sorted(ALPINE_RUNBOOKS):
        critical = name in ALPINE_RULES and ALPINE_RULES[name].critical
        lines.append(_line(name, "critical" if critical else "warning", "at once"))
    return "\n".join(lines) + "\n"


def problems(folder: Path = FOLDER) -> list[str]:
    """What is missing or too much, one line each."""
    pages = {page.stem for page in folder.glob("*.md")} - {"index"}
    known = {*RUNBOOKS, *ALPINE_RUNBOOKS}
    found = [f"the alert {name} has no page: write docs/runbooks/{name}.md" for name in sorted(known - pages)]
    found += [f"docs/runbooks/{name}.md is of no alert: delete or rename it" for name in sorted(pages - known)]
    for name in sorted(pages & known):
        text = (folder / f"{name}.md").read_text("utf-8")
        found += [f"docs/runbooks/{name}.md lacks: {part}" for part in PARTS if part not in text]
    if not (folder / "index.md").is_file() or (folder / "index.md").read_text("utf-8") != index():
        found.append("docs/runbooks/index.md is not up to date: run scripts/runbook_index.py")
    return found


def _line(name: str, severity: str, fires: str) -> str:
    return f"| [{name}]({name}.md) | {severity} | {fires} |"


def main(arguments: Iterable[str]) -> None:
    """Write, or with `--check` compare."""
    if "--check" not in tuple(arguments):
        (FOLDER / "index.md").write_text(index(), "utf-8")
    found = problems()
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main(sys.argv[1:])
