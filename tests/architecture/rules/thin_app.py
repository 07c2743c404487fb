"""Apps hold no rules: outside wiring and view models no branch of an app may hang on a domain value."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set

from tests.architecture.rules.module import Module, Violation

# Words of the domain that appear as attributes of its values. Comparing one with anything is a rule of the domain.
DOMAIN_ATTRIBUTES = frozenset(
    "action agreement asset_type base_pct confidence coverage direction drawdown_pct entry_price equity min_confidence "
    "max_drawdown_pct profit_loss_pct quantity raw_confidence regime stop_price target_price threshold tier verdict "
    "weight win_probability".split()
)
CORES = frozenset({"argo_core", "alpine_core"})


def app_lines(modules: Iterable[Module]) -> int:
    """Lines of Python of one app, blank lines and comments included: nothing is gained by writing densely."""
    return sum(len(module.text.splitlines()) for module in modules)


def is_exempt(module: Module) -> bool:
    """Wiring chooses parts by settings, and view models turn values into words: both may look at them."""
    parts = module.path.removesuffix(".py").split("/")
    return "wiring" in parts or any(part in {"views", "view_models"} or part.endswith("_view") for part in parts)


def domain_branches(module: Module) -> list[Violation]:
    """Branches (`if`, `while`, conditional expressions, `match`, filters) that hang on a domain value or type."""
    if is_exempt(module):
        return []
    domain = set(_domain_names(module.tree))
    return [
        Violation(module.path, test.lineno, ast.unparse(test))
        for test in _branch_tests(module.tree)
        if _looks_at_domain(test, domain)
    ]


def _domain_names(tree: ast.Module) -> Iterator[str]:
    """Names of classes imported from a core. Errors are no domain values: an app must tell them apart."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.partition(".")[0] in CORES:
            if node.module.endswith(".errors"):
                continue
            yield from (alias.asname or alias.name for alias in node.names if alias.name[:1].isupper())


def _branch_tests(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.While | ast.IfExp):
            yield node.test
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.Match):
            yield node.subject
            yield from (case.guard for case in node.cases if case.guard is not None)
            yield from _class_patterns(node)


def _class_patterns(node: ast.Match) -> Iterator[ast.expr]:
    for case in node.cases:
        for part in ast.walk(case.pattern):
            if isinstance(part, ast.MatchClass):
                yield part.cls
            elif isinstance(part, ast.MatchValue):
                yield part.value


def _looks_at_domain(test: ast.expr, domain: Set[str]) -> bool:
    return any(
        (isinstance(part, ast.Name) and part.id in domain)
        or (isinstance(part, ast.Compare) and any(map(_is_domain_attribute, [part.left, *part.comparators])))
        or (part is test and _is_domain_attribute(part) and isinstance(test, ast.Attribute))
        for part in ast.walk(test)
    )


def _is_domain_attribute(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in DOMAIN_ATTRIBUTES
