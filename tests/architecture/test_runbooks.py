"""No alert without a runbook, no runbook without an alert, and an index that names each."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from scripts.runbook_index import FOLDER, problems
from tests.architecture.planted_tree import ROOT

RAISED = re.compile(r"Alert\(.*?runbook=([A-Z_a-z.]+|\"[a-z_0-9]+\")", re.DOTALL)


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    assert problems() == []


def test_a_page_too_few_a_page_too_many_and_a_missing_part_are_named(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "runbooks"))
    (folder / "disk_high.md").rename(folder / "disk_hihg.md")
    (folder / "cpu_high.md").write_text("# cpu_high\n\n## What it means\n\n## What to do\n", "utf-8")
    assert problems(folder) == [
        "the alert disk_high has no page: write docs/runbooks/disk_high.md",
        "docs/runbooks/disk_hihg.md is of no alert: delete or rename it",
        "docs/runbooks/cpu_high.md lacks: ## How to verify",
    ]


def test_no_alert_is_raised_under_a_name_that_is_not_listed() -> None:
    """A runbook is named by a constant of `alerts.runbooks` or by its rule, never by a text in place."""
    sources = (ROOT / "packages" / "argo_core" / "src").rglob("*.py")
    named = {
        name for path in sources if "testing" not in path.parts for name in RAISED.findall(path.read_text("utf-8"))
    }
    assert {name for name in named if name.startswith('"')} == set()
    assert {"EXECUTOR_HALTED", "POSITION_UNPROTECTED", "rule.name"} <= named
