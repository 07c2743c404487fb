"""Key files: made for their owner only, read back whole, refused in one line, never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from argo_core.adapters.key_files import active_keys, first_key, pending_key, promote_pending, retire_key
from argo_core.errors import ConfigError
from argo_core.ledger.note_key import SigningKey

ORIGIN = "argo.localhost/signals"
SEED = bytes(range(32))


def test_a_folder_that_is_not_there_holds_no_key(tmp_path: Path) -> None:
    assert active_keys(tmp_path / "keys", ORIGIN) == ()


def test_the_first_key_is_readable_by_its_owner_only_and_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "keys"
    key = first_key(folder, ORIGIN)
    assert stat.S_IMODE((folder / "log.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [found.verifier.vkey for found in active_keys(folder, ORIGIN)] == [key.verifier.vkey]


def test_two_first_keys_differ_and_the_second_never_overwrites(tmp_path: Path) -> None:
    key = first_key(tmp_path / "a", ORIGIN)
    assert first_key(tmp_path / "b", ORIGIN).verifier.vkey != key.verifier.vkey
    with pytest.raises(ConfigError, match="File exists"):
        first_key(tmp_path / "a", ORIGIN)
    assert active_keys(tmp_path / "a", ORIGIN)[0].verifier.vkey == key.verifier.vkey


def test_the_file_has_the_form_of_gos_note_package(tmp_path: Path) -> None:
    (tmp_path / "log.key").write_text(f"{SigningKey(ORIGIN, SEED).skey}\n")
    (tmp_path / "log.key").chmod(0o600)
    (key,) = active_keys(tmp_path, ORIGIN)
    # The public key of RFC 8032's scheme for seed 00 01 … 1f; its id by hand: SHA-256(name, newline, 01, key)[:4].
    assert key.verifier.vkey == "argo.localhost/signals+9b171239+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_touch_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    first_key(tmp_path, ORIGIN)
    (tmp_path / "log.key").chmod(mode)
    with pytest.raises(ConfigError, match=r"open to other users: run chmod 600 .*log\.key"):
        active_keys(tmp_path, ORIGIN)


@pytest.mark.parametrize("change", [lambda text: text[:-8], lambda text: "", lambda text: text.replace("+", " ")])
def test_a_damaged_key_is_refused_and_its_line_is_not_repeated(tmp_path: Path, change: object) -> None:
    assert callable(change)
    (tmp_path / "log.key").write_text(change(SigningKey(ORIGIN, SEED).skey))
    (tmp_path / "log.key").chmod(0o600)
    with pytest.raises(ConfigError) as refused:
        active_keys(tmp_path, ORIGIN)
    assert "AQABAgMEBQYH" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_key_of_another_name_is_refused(tmp_path: Path) -> None:
    first_key(tmp_path, "other.example/log")
    with pytest.raises(ConfigError, match=r"key of other\.example/log, not of ledger\.origin argo\.localhost/signals"):
        active_keys(tmp_path, ORIGIN)


def test_keys_sign_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    made = [first_key(tmp_path, ORIGIN)]
    for _ in range(10):
        made.append(pending_key(tmp_path, ORIGIN))
        promote_pending(tmp_path)
    assert [key.verifier.vkey for key in active_keys(tmp_path, ORIGIN)] == [key.verifier.vkey for key in made]
    assert (tmp_path / "log-11.key").exists()


def test_a_rotation_that_was_cut_off_goes_on_with_the_same_key(tmp_path: Path) -> None:
    first_key(tmp_path, ORIGIN)
    begun = pending_key(tmp_path, ORIGIN)
    assert len(active_keys(tmp_path, ORIGIN)) == 1
    assert pending_key(tmp_path, ORIGIN).verifier.vkey == begun.verifier.vkey
    assert promote_pending(tmp_path).name == "log-2.key"
    assert [key.verifier.vkey for key in active_keys(tmp_path, ORIGIN)][1] == begun.verifier.vkey


def test_a_retired_key_is_kept_does_not_sign_and_its_number_is_not_used_again(tmp_path: Path) -> None:
    old = first_key(tmp_path, ORIGIN)
    pending_key(tmp_path, ORIGIN)
    second = promote_pending(tmp_path)
    assert retire_key(tmp_path, ORIGIN, old.verifier.vkey).name == "log.key.retired"
    pending_key(tmp_path, ORIGIN)
    assert (second.name, promote_pending(tmp_path).name) == ("log-2.key", "log-3.key")
    assert old.verifier.vkey not in {key.verifier.vkey for key in active_keys(tmp_path, ORIGIN)}


def test_only_an_active_key_can_be_retired(tmp_path: Path) -> None:
    first_key(tmp_path, ORIGIN)
    with pytest.raises(ConfigError, match="argo ledger key"):
        retire_key(tmp_path, ORIGIN, SigningKey(ORIGIN, SEED).verifier.vkey)
