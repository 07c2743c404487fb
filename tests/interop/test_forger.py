"""The dishonest producer of these tests writes what every reader of the formats would accept."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.interop.forger import Forger

VECTORS = Path(__file__).parents[1] / "vectors"
BUNDLE = json.loads((VECTORS / "log_bundle.json").read_text())


@pytest.fixture(name="key_file")
def key_of_the_vectors(tmp_path: Path) -> Path:
    keys = json.loads((VECTORS / "notes.json").read_text())["keys"]
    key = next(key for key in keys if key["id"] == "log")
    secret = base64.b64encode(b"\x01" + bytes.fromhex(key["seed_hex"])).decode()
    path = tmp_path / "log.key"
    path.write_text(f"PRIVATE+KEY+{key['name']}+{key['key_id_hex']}+{secret}\n")
    return path


def forger(key_file: Path, size: int) -> Forger:
    return Forger(key_file, [one["entry"].encode() for one in BUNDLE["entries"][:size]])


def test_his_checkpoints_are_those_of_the_vectors(key_file: Path) -> None:
    whole = forger(key_file, 12)
    assert whole.vkey == BUNDLE["log_vkey"]
    for checkpoint in BUNDLE["checkpoints"]:
        assert whole.root(checkpoint["size"]).hex() == checkpoint["root"]
        assert checkpoint["note"].startswith(whole.note(checkpoint["size"]))


def test_his_proofs_are_those_of_the_vectors(key_file: Path) -> None:
    for one in BUNDLE["consistency"]:
        found = forger(key_file, one["size2"]).consistency(one["size1"])
        assert [base64.b64decode(text).hex() for text in found] == one["proof"]
    for one in BUNDLE["proofs"]:
        assert one["tlog_proof"].startswith(forger(key_file, one["size"]).tlog_proof(one["index"]))
