"""Apps hold no rules: they decode, call one use case and render. ADR 0001 sets the budgets."""

from __future__ import annotations

import pytest

from tests.architecture.planted_tree import ROOT
from tests.architecture.rules.module import parse, read_tree
from tests.architecture.rules.thin_app import app_lines, domain_branches

SERVER = "apps/argo_server/src/argo_server"
WEB = "apps/alpine_web/src/alpine_web"
BUDGETS = {SERVER: 16_800, WEB: 13_800}
DIRECTION = "from argo_core import Direction\n"


@pytest.mark.parametrize("app", BUDGETS)
def test_an_app_stays_within_its_line_budget(app: str) -> None:
    assert 0 < app_lines(read_tree(ROOT, app)) <= BUDGETS[app]


def test_a_line_over_the_budget_is_counted() -> None:
    assert app_lines([parse("a.py", "x = 1\n" * 2000), parse("b.py", "\n" * 601)]) == 2601


@pytest.mark.parametrize("app", BUDGETS)
def test_no_branch_of_an_app_hangs_on_a_domain_value(app: str) -> None:
    assert [found for module in read_tree(ROOT, app) for found in domain_branches(module)] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("if signal.confidence >= 75:\n    pass", "signal.confidence >= 75"),
        ("x = 1 if vote.direction == other else 2", "vote.direction == other"),
        (DIRECTION + "if seen is Direction.LONG:\n    pass", "seen is Direction.LONG"),
        (DIRECTION + "while not isinstance(seen, Direction):\n    pass", "not isinstance(seen, Direction)"),
        (DIRECTION + "match seen:\n    case Direction.LONG:\n        pass", "Direction.LONG"),
        ("from alpine_core.tiers import Tier\nmatch seen:\n    case Tier():\n        pass", "Tier"),
        ("x = [s for s in signals if s.regime != 'CRISIS']", "s.regime != 'CRISIS'"),
        ("if signal.stop_price:\n    pass", "signal.stop_price"),
    ],
)
def test_a_planted_rule_in_an_app_is_named(text: str, what: str) -> None:
    assert [found.what for found in domain_branches(parse(f"{SERVER}/web/x.py", text))] == [what]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (f"{SERVER}/wiring.py", DIRECTION + "if seen is Direction.LONG:\n    pass"),
        (f"{SERVER}/web/signal_view.py", "x = 'up' if vote.direction == other else 'down'"),
        (f"{SERVER}/web/x.py", "if request.headers.get('accept') == 'text/html':\n    pass"),
        (f"{SERVER}/web/x.py", "from argo_core.errors import DataError\nif isinstance(error, DataError):\n    pass"),
    ],
)
def test_wiring_view_models_and_requests_may_branch(path: str, text: str) -> None:
    assert domain_branches(parse(path, text)) == []
