"""A settings file is replaced by one of the same owner and mode, and what it said before is kept."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from argo_core.adapters.document_file import keep_beside, replacing
from argo_core.errors import ConfigError


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_the_mode_stays_whatever_the_mask_of_whoever_runs_it(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    path.chmod(mode)
    before = os.umask(0o077)
    try:
        with replacing(path, {"a": 1}):
            pass
    finally:
        os.umask(before)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ('{\n  "a": 1\n}\n', mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_that_root_replaces_stays_with_the_user_of_the_service(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    os.chown(path, 12345, 23456)
    with replacing(path, {"a": 1}):
        kept = keep_beside(path)
    assert kept is not None
    assert [(each.stat().st_uid, each.stat().st_gid) for each in (path, kept)] == [(12345, 23456)] * 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_whoever_cannot_leave_it_to_its_owner_leaves_it() -> None:
    with TemporaryDirectory() as name:  # in a folder that others may enter
        folder, path = Path(name), Path(name) / "config.json"
        path.write_text("{}")
        folder.chmod(0o777)
        os.seteuid(12345)
        try:
            refused = pytest.raises(ConfigError, match=r"belongs to root: run this as that user; it stays as it is$")
            with refused, replacing(path, {"a": 1}):
                pass
        finally:
            os.seteuid(0)
        assert (path.read_text(), list(folder.iterdir())) == ("{}", [path])


def test_a_second_copy_overwrites_no_first(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    assert keep_beside(path) is None
    path.write_text("first")
    assert keep_beside(path) == tmp_path / "config.json.replaced-1"
    path.write_text("second")
    assert keep_beside(path) == tmp_path / "config.json.replaced-2"
    assert [(tmp_path / f"config.json.replaced-{n}").read_text() for n in (1, 2)] == ["first", "second"]
