"""The page that maps demands of security to tests: every number once, every test that it names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
ROW = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*) \| ([^|]+) \| ([^|]+) \| ([^|]*) ?\|$", re.MULTILINE)
ONE = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:–\1\.\2\.(\d+))?")


def numbers(cell: str) -> list[str]:
    """Each number of a cell such as `1.2.3, 1.2.5–1.2.7`."""
    found = [ONE.fullmatch(part) for part in cell.split(", ")]
    assert None not in found, cell
    ranges = [(each[1], each[2], int(each[3]), int(each[4] or each[3])) for each in found if each]
    return [f"{chapter}.{section}.{at}" for chapter, section, first, last in ranges for at in range(first, last + 1)]


def test_every_number_stands_once_in_the_table_of_its_chapter() -> None:
    seen: Counter[str] = Counter()
    for chapter, part in enumerate(PAGE.split("\n### V")[1:], 1):
        assert part.startswith(f"{chapter} ")
        listed = [number for row in ROW.findall(part) for number in numbers(row[0])]
        assert {number.partition(".")[0] for number in listed} == {str(chapter)}
        assert len(listed) == CHAPTERS[chapter - 1], chapter
        seen.update(listed)
    assert [number for number, times in seen.items() if times > 1] == []
    assert len(seen) == 253


def test_each_has_a_state_and_a_gap_says_why() -> None:
    rows = ROW.findall(PAGE)
    assert {row[2] for row in rows} == {"held", "gap", "operator", "none"}
    assert [row[0] for row in rows if row[2] in ("held", "gap", "operator") and not row[3].strip()] == []


def test_every_test_and_module_that_the_page_names_is_there() -> None:
    tests, core = ROOT / "tests", ROOT / "packages" / "alpine_core" / "src" / "alpine_core"
    app = ROOT / "apps" / "alpine_web" / "src" / "alpine_web"
    named = set(re.findall(r"`((?:[a-z0-9_]+/)*[a-z0-9_]+\.py)`", PAGE))
    assert len(named) > 60
    folders = (ROOT, tests / "alpine", core, app)
    assert sorted(name for name in named if not any((folder / name).is_file() for folder in folders)) == []
