"""What is sealed opens with its key and for its row only; the local key is made once and is nobody else's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from alpine_core.adapters.secret_box import SecretBox, local_key
from alpine_core.errors import OperatorError, StoreError

KEY = "00" * 32


def test_what_is_sealed_opens_again_and_looks_different_each_time() -> None:
    box = SecretBox(KEY)
    sealed = [box.seal("JBSWY3DPEHPK3PXP", "ada") for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert [box.open(one, "ada") for one in sealed] == ["JBSWY3DPEHPK3PXP"] * 2
    assert SecretBox(KEY).open(sealed[0], "ada") == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("attack", ["another key", "another row", "a changed bit", "cut", "not base64"])
def test_anything_else_does_not_open(attack: str) -> None:
    sealed = SecretBox(KEY).seal("secret", "ada")
    last = "A" if sealed[-5] != "A" else "B"
    given = {"a changed bit": sealed[:-5] + last + sealed[-4:], "cut": sealed[:8], "not base64": "!"}.get(
        attack, sealed
    )
    box = SecretBox("another" if attack == "another key" else KEY)
    with pytest.raises(StoreError, match="ALPINE_SECRET_KEY"):
        box.open(given, "eve" if attack == "another row" else "ada")


def test_the_local_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "at-rest.key"
    made = local_key(path)
    assert (len(made), local_key(path), stat.S_IMODE(path.stat().st_mode)) == (64, made, 0o600)
    assert [each.name for each in path.parent.iterdir()] == ["at-rest.key"]
    path.chmod(0o644)
    with pytest.raises(OperatorError, match="chmod 600"):
        local_key(path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="ALPINE_KEY_DIR"):
        local_key(tmp_path / "file" / "at-rest.key")
