"""Documents hold together: links lead somewhere, commands exist, the reference is written from the docstrings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.planted_tree import ROOT

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
MAKE_TARGET = re.compile(r"`?\bmake ([a-z][a-z-]+)`")


def documents() -> list[Path]:
    """Every Markdown page of the tree that is written by hand."""
    folders = ("docs", "packages", "apps", "migrations", "examples", "deploy")
    nested = [path for folder in folders for path in (ROOT / folder).rglob("*.md")]
    return sorted([*ROOT.glob("*.md"), *nested])


def broken_links(document: Path) -> list[str]:
    """Relative links of a page that lead to nothing. Links to other sites are not followed: tests have no network."""
    targets = [target.partition("#")[0] for target in LINK.findall(document.read_text("utf-8"))]
    return [target for target in targets if target and "://" not in target and not (document.parent / target).exists()]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document) == []


def test_a_planted_dead_link_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[here](page.md) [there](gone.md#part) [elsewhere](https://example.com)", "utf-8")
    assert broken_links(page) == ["gone.md"]


def test_every_make_target_that_a_document_names_exists() -> None:
    declared = set(re.findall(r"^([a-z][a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for page in documents() for target in MAKE_TARGET.findall(page.read_text("utf-8"))}
    assert {"demo", "test"} <= named
    assert named - declared == set()


def test_every_decision_record_has_its_four_parts() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("0*.md"))
    assert len(records) >= 5
    for record in records:
        parts = re.findall(r"^## (.+)$", record.read_text("utf-8"), re.MULTILINE)
        assert [part for part in parts if part in {"Context", "Decision", "Rejected", "Consequences"}] == [
            "Context",
            "Decision",
            "Rejected",
            "Consequences",
        ], record.name


def test_the_reference_is_written_from_docstrings(tmp_path: Path) -> None:
    program: list[str | Path] = [sys.executable, ROOT / "scripts" / "api_reference.py", tmp_path]
    subprocess.run(program, check=True, capture_output=True, timeout=50)
    index = (tmp_path / "index.md").read_text("utf-8")
    assert "- [argo_core.consensus](argo_core.consensus.md): Floor 3:" in index
    assert "- [alpine_core.verify](alpine_core.verify.md): Floor 3:" in index
    assert "class SenderError(AlpineError)" in (tmp_path / "alpine_core.md").read_text("utf-8")
