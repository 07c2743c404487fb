"""Words that no file of the tree may hold, whatever its language."""

from __future__ import annotations

import re

from tests.architecture.rules.module import Violation

# Written apart, so that this file does not match itself.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "pragma: no " + "cover")))
MOCKS = re.compile(
    "|".join(("unittest" + r"\.mock", "Magic" + "Mock", r"mocker" + r"\.", r"monkeypatch" + r"\.setattr"))
)
REGISTRIES = re.compile(
    "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"))
)
BARE_SKIPS = re.compile("|".join((r"mark\.skip" + r"\(\)", r"pytest\.skip" + r"\(\)", r"mark\.x" + "fail")))


def lines_with(path: str, text: str, pattern: re.Pattern[str]) -> list[Violation]:
    """Each line on which the pattern occurs, with what was found."""
    return [
        Violation(path, number, match.group())
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line)) is not None
    ]
