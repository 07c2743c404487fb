"""A SignalView is made in alpine_core.tiers and nowhere else: what has not passed the policy does not type-check."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[4]
FOLDERS = ("packages/alpine_core/src", "apps/alpine_web/src")


def makers(path: Path) -> list[int]:
    """Lines on which a SignalView is constructed, converted to or decoded into."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node.lineno for node in calls if _names_view(node.func) or any(_names_view(one) for one in _given(node))]


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _names_view(node: ast.expr) -> bool:
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last == "SignalView"


def test_views_are_made_by_the_policy_only() -> None:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if makers(path)]
    assert [path.relative_to(ROOT).as_posix() for path in found] == [
        "packages/alpine_core/src/alpine_core/tiers/entitlements.py"
    ]


def test_a_planted_maker_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    for text in ("SignalView(symbol='A')", "x.SignalView()", "msgspec.convert(row, SignalView)", "f(type=SignalView)"):
        planted.write_text(text, "utf-8")
        assert makers(planted) == [1]
    planted.write_text("def f(view: SignalView) -> None: ...", "utf-8")
    assert makers(planted) == []
