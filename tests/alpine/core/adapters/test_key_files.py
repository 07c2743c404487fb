"""Keys in files: made once, for their owner only, never exchanged in silence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from alpine_core.adapters.key_files import open_key_file
from alpine_core.errors import OperatorError
from alpine_core.verify.note_key import COSIGNER_KEY, LOG_KEY

NAME = "alpine.localhost/witness"


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "witness.key"
    made, again = (open_key_file(path, NAME, COSIGNER_KEY) for _ in range(2))
    assert made.key == again.key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["witness.key"]
    assert path.read_text("ascii").startswith(f"PRIVATE+KEY+{NAME}+")


def test_two_keys_are_not_the_same(tmp_path: Path) -> None:
    keys = {open_key_file(tmp_path / name, NAME, COSIGNER_KEY).key.public for name in ("a", "b")}
    assert len(keys) == 2


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "witness.key"
    open_key_file(path, NAME, COSIGNER_KEY)
    path.chmod(0o640)
    with pytest.raises(OperatorError, match="chmod 600"):
        open_key_file(path, NAME, COSIGNER_KEY)


def test_the_key_of_another_name_or_of_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "witness.key"
    open_key_file(path, NAME, LOG_KEY)
    with pytest.raises(OperatorError, match="holds the key of"):
        open_key_file(path, "somebody/else", COSIGNER_KEY)
    secret = path.read_text("ascii").strip()
    path.write_text(secret[:-8] + "AAAAAAA=", "ascii")
    with pytest.raises(OperatorError) as refused:
        open_key_file(path, NAME, COSIGNER_KEY)
    assert secret[-40:-8] not in str(refused.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file", "ascii")
    with pytest.raises(OperatorError, match="ALPINE_KEY_DIR"):
        open_key_file(tmp_path / "keys" / "witness.key", NAME, COSIGNER_KEY)
