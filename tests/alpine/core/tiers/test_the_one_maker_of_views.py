"""Views are made in alpine_core.tiers and nowhere else: what has not passed the policy does not type-check."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[4]
FOLDERS = ("packages/alpine_core/src", "apps/alpine_web/src")


def makers(path: Path) -> list[int]:
    """Lines on which such a view is constructed, converted to or decoded into."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and not _asks(node.func)]
    return [node.lineno for node in calls if _names_view(node.func) or any(_names_view(one) for one in _given(node))]


def _asks(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "isinstance"


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _names_view(node: ast.expr) -> bool:
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last in {"SignalView", "SealedView"}


def test_views_are_made_by_the_policy_only() -> None:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if makers(path)]
    assert [path.relative_to(ROOT).as_posix() for path in found] == [
        "packages/alpine_core/src/alpine_core/tiers/entitlements.py"
    ]


def test_a_planted_maker_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planting = ("SignalView(symbol='A')", "SealedView(seq=1)", "x.SignalView()", "f(type=SignalView)")
    for text in (*planting, "msgspec.convert(row, SignalView)"):
        planted.write_text(text, "utf-8")
        assert makers(planted) == [1]
    planted.write_text("def f(view: SignalView) -> None: ...", "utf-8")
    assert makers(planted) == []
