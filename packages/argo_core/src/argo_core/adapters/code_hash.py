"""One name for a program: a changed line is another program."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from argo_core.errors import ConfigError


@cache
def code_hash(package: str) -> str:
    """SHA-256 over every source file and data file of a package or module that can be imported, with its name. A
    running process has loaded what it runs: the hash is read once.

    Raises ConfigError for one that cannot be found.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not (spec.submodule_search_locations or spec.origin):
        raise ConfigError(f"there is no package {package}: its code cannot be told from another version's")
    digest = hashlib.sha256()
    for name, path in sorted(_files(spec.submodule_search_locations, spec.origin)):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def codes_hash(packages: Iterable[str]) -> str:
    """The hashes of several packages as one, in the order of their names. Raises ConfigError."""
    lines = (f"{package} {code_hash(package)}\n" for package in sorted(set(packages)))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@cache
def installed_hash() -> str:
    """SHA-256 over Python's version and those of all installed distributions: another numpy may round another way."""
    names = sorted({f"{each.name}=={each.version}" for each in distributions()})
    return hashlib.sha256("\n".join([sys.version, *names]).encode()).hexdigest()


def _files(folders: Iterable[str] | None, origin: str | None) -> Iterable[tuple[str, Path]]:
    if not folders:
        return [(Path(str(origin)).name, Path(str(origin)))]
    found = ((Path(folder), path) for folder in folders for path in Path(folder).rglob("*"))
    return [
        (path.relative_to(folder).as_posix(), path)
        for folder, path in found
        if path.is_file() and "__pycache__" not in path.parts
    ]
