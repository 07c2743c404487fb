"""Alpine speaks of an external signal provider: the provider's own name stands in two places, each for a reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = ("packages/alpine_core", "apps/alpine_web", "migrations/alpine", "examples/embed_alpine.py")
WORD = "argo"
APP = "apps/alpine_web/src/alpine_web"
ALLOWED = {f"{APP}/web/alias_routes.py", f"{APP}/settings/provider_key.py"}
# Two words that hold the four letters and mean something else: a hash of passwords, and what goes with a ship. And two
# constants of the shared protocol, of which every implementation has the same bytes: the commitment's tag, and the name
# under which browsers keep what they saw of a log.
INNOCENT = ("argon2", "cargo", "argo-commit/v1", "argo.tlog.v1:")


def files() -> Iterator[Path]:
    """Every file of Alpine's that is source; what tools make beside it does not count."""
    for tree in TREES:
        if (ROOT / tree).is_file():
            yield ROOT / tree
        for folder, names, found in os.walk(ROOT / tree):
            names[:] = [name for name in names if name != "__pycache__" and not name.endswith(".egg-info")]
            yield from (Path(folder, name) for name in found)


def holds_the_word(text: str) -> bool:
    """Whether the provider's name stands in the text, in any case."""
    plain = text.lower()
    for innocent in INNOCENT:
        plain = plain.replace(innocent, "")
    return WORD in plain


def test_the_providers_name_stands_in_the_alias_routes_and_the_key_only() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in files() if holds_the_word(path.read_text("utf-8", "ignore"))}
    assert found == ALLOWED


def test_no_file_is_named_for_the_provider() -> None:
    named = [path for path in files() if WORD in path.name.lower().replace("argon2", "")]
    assert named == []
    assert len(list(files())) > 100


@pytest.mark.parametrize("text", ["from argo_core import x", "The Argo generator", "ARGO_HOST", "/api/v1/argo/x"])
def test_a_planted_mention_is_found(text: str) -> None:
    assert holds_the_word(text)


@pytest.mark.parametrize(
    "text", ["argon2-cffi", "Argon2Hasher", "a cargo of words", "external signal provider", "argo-commit/v1\\n"]
)
def test_other_words_are_not(text: str) -> None:
    assert not holds_the_word(text)
