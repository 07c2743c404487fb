"""A changed line is another program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from argo_core.adapters.code_hash import code_hash, codes_hash, installed_hash
from argo_core.errors import ConfigError


def hashed(folder: Path, name: str) -> str:
    sys.path.insert(0, str(folder))
    code_hash.cache_clear()
    try:
        return code_hash(name)
    finally:
        sys.path.remove(str(folder))
        sys.path_importer_cache.clear()


def test_a_changed_line_or_file_is_another_program_and_a_cached_one_is_not(tmp_path: Path) -> None:
    package = tmp_path / "planted_package"
    package.mkdir()
    (package / "__init__.py").write_text("X = 1\n")
    (package / "rules.json").write_text("{}")
    seen = [hashed(tmp_path, "planted_package")]
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.pyc").write_bytes(b"compiled")
    assert hashed(tmp_path, "planted_package") == seen[0]
    (package / "rules.json").write_text("{ }")
    seen.append(hashed(tmp_path, "planted_package"))
    (package / "more.py").write_text("")
    seen.append(hashed(tmp_path, "planted_package"))
    assert len(set(seen)) == 3


def test_the_order_of_programs_is_no_content() -> None:
    assert codes_hash(["argo_core", "msgspec"]) == codes_hash(["msgspec", "argo_core", "msgspec"])
    assert codes_hash(["argo_core"]) != codes_hash([]) != installed_hash()


def test_a_program_that_is_not_there_is_said() -> None:
    with pytest.raises(ConfigError, match="no package nowhere_to_be_found"):
        code_hash("nowhere_to_be_found")
