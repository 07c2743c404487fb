"""Rule packs: what each says, where it says it comes from, and that a malformed one is one clear refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from argo_core.adapters.rule_packs import PACKS, load_pack, load_pack_file, pack_names, read_pack
from argo_core.errors import ConfigError
from argo_core.risk import DailyLoss, DayAnchor, MaxLoss, Measure, PctOf, PropFirmLimits, Trailing

PRAGUE = DayAnchor(timezone="Europe/Prague", at="00:00")
FTMO = (PACKS / "ftmo-2-step.json").read_bytes()


def test_these_packs_come_with_the_package() -> None:
    assert pack_names() == ("example-trailing", "ftmo-1-step", "ftmo-2-step", "seed-limits")


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_says_where_and_when_its_rules_were_read(name: str) -> None:
    pack = load_pack(name)
    assert pack.name == name
    assert pack.version >= 1
    assert pack.source
    assert date.fromisoformat(pack.source_date) <= date(2026, 11, 21)
    assert pack.watch().flatten


def test_our_own_limits() -> None:
    pack = load_pack("seed-limits")
    assert pack.daily_loss == DailyLoss(pct=4.5, of=PctOf.LEVEL, below=Measure.EQUITY)
    assert pack.max_loss == MaxLoss(pct=2.0, of=PctOf.LEVEL, trailing=Trailing.INTRADAY)
    assert (pack.min_confidence, pack.max_position_pct, pack.max_positions) == (82.0, 3.0, 3)
    assert (pack.max_stop_pct, pack.no_crisis, pack.reported) == (1.5, True, ())


def test_ftmo_2_step() -> None:
    pack = load_pack("ftmo-2-step")
    assert pack.anchor == PRAGUE
    assert pack.daily_loss == DailyLoss(pct=5.0, of=PctOf.INITIAL, below=Measure.BALANCE)
    assert pack.max_loss == MaxLoss(pct=10.0, of=PctOf.INITIAL, trailing=Trailing.NONE)
    assert {rule.name: rule.value for rule in pack.reported} == {
        "profit_target_step_1": 10.0, "profit_target_step_2": 5.0, "minimum_trading_days": 4.0,
    }  # fmt: skip


def test_ftmo_1_step() -> None:
    pack = load_pack("ftmo-1-step")
    assert pack.anchor == PRAGUE
    assert pack.daily_loss == DailyLoss(pct=3.0, of=PctOf.INITIAL, below=Measure.BALANCE)
    assert pack.max_loss == MaxLoss(
        pct=10.0, of=PctOf.INITIAL, trailing=Trailing.END_OF_DAY, measure=Measure.BALANCE, lock_level_pct=None
    )
    assert {rule.name: rule.value for rule in pack.reported} == {"profit_target": 10.0, "best_day": 50.0}


def test_the_trailing_example_is_nobody_s() -> None:
    pack = load_pack("example-trailing")
    assert pack.label == "example, no firm's"
    assert pack.max_loss == MaxLoss(pct=6.0, of=PctOf.INITIAL, trailing=Trailing.INTRADAY, lock_level_pct=100.0)
    assert {rule.name: rule.value for rule in pack.reported} == {"consistency": 40.0, "news": None}


def test_a_pack_tightens_an_executor_s_own_limits_and_never_loosens_them() -> None:
    own = PropFirmLimits(min_confidence=85.0, max_positions=5, max_stop_pct=2.0, max_position_pct=1.0)
    limits = own.within(load_pack("seed-limits"))
    assert (limits.min_confidence, limits.max_positions, limits.max_stop_pct, limits.max_position_pct) == (
        85.0, 3, 1.5, 1.0,
    )  # fmt: skip
    assert own.within(load_pack("ftmo-2-step")) == own


MALFORMED: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "ftmo-2-step"),
    "no text": (b"\xff\xfe", "ftmo-2-step"),
    "a list": (b"[]", "object"),
    "nothing": (b"{}", "name"),
    "another's name": (FTMO.replace(b'"ftmo-2-step"', b'"other"'), "calls itself 'other'"),
    "a word that is no field": (FTMO.replace(b'"trailing"', b'"trail"'), "trail"),
    "a way to trail that there is not": (FTMO.replace(b'"none"', b'"weekly"'), "weekly"),
    "a percentage beyond all": (FTMO.replace(b'"pct": 5.0', b'"pct": 500.0'), "500"),
    "a percentage in words": (FTMO.replace(b'"pct": 5.0', b'"pct": "five"'), "daily_loss"),
    "an amount that is no number": (FTMO.replace(b'"pct": 5.0', b'"pct": NaN'), "ftmo-2-step"),
    "no timezone of the earth": (FTMO.replace(b"Europe/Prague", b"Mars/Base"), "Mars/Base"),
    "no time of day": (FTMO.replace(b'"00:00"', b'"24:00"'), "24:00"),
    "no date": (FTMO.replace(b"2026-11-21", b"last week"), "YYYY-MM-DD"),
    "no source": (FTMO.replace(b'"label": "FTMO Challenge: 2-Step, as published"', b'"label": " "'), "label"),
    "a version before the first": (FTMO.replace(b'"version": 1', b'"version": 0'), "version"),
    "no limit of losses": (
        b'{"name":"ftmo-2-step","version":1,"label":"x","source":"x","source_date":"2026-11-21","anchor":{}}',
        "nothing is watched",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_pack_is_one_clear_refusal(case: str) -> None:
    text, said = MALFORMED[case]
    with pytest.raises(ConfigError) as refused:
        read_pack(text, "ftmo-2-step")
    assert said in str(refused.value)
    assert str(refused.value).startswith("rule pack ftmo-2-step")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["unknown", "../packs/seed-limits", ""])
def test_a_pack_that_there_is_not_names_those_there_are(name: str) -> None:
    with pytest.raises(ConfigError, match="example-trailing, ftmo-1-step, ftmo-2-step, seed-limits"):
        load_pack(name)


def test_an_operator_s_own_pack_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_bytes(FTMO.replace(b'"ftmo-2-step"', b'"mine"'))
    assert load_pack_file(tmp_path / "mine.json").max_loss == load_pack("ftmo-2-step").max_loss
    with pytest.raises(ConfigError, match="cannot be read"):
        load_pack_file(tmp_path / "absent.json")
