"""The commands of docs/how-to/deploy.md, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

from deploy.errors import Refused

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "deploy.md"
SECTION = "## A machine, once"


def commands(step: int, naming: str) -> str:
    """The commands of a numbered step, of those of its blocks in which this word stands. Raises Refused for none."""
    blocks = [block for block in blocks_of(step) if naming in block]
    if not blocks:
        raise Refused(f"{PAGE.name}, step {step}: no commands that name {naming!r}")
    return "\n".join(blocks)


def blocks_of(step: int) -> list[str]:
    """Every indented block of a numbered step. Raises Refused where the page has no such step."""
    section = PAGE.read_text("utf-8").partition(SECTION)[2].partition("\n## ")[0]
    found = re.search(rf"^{step}\. .*?(?=^\d\. |\Z)", section, re.MULTILINE | re.DOTALL)
    if found is None:
        raise Refused(f"{PAGE.name} has no step {step} below {SECTION!r}")
    lines = re.findall(r"(?:^ {8}\S.*\n)+", found.group(), re.MULTILINE)
    return [re.sub(r"^ {8}", "", block, flags=re.MULTILINE).strip() for block in lines]
