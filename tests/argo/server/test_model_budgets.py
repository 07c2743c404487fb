"""What several generators may spend together is what one may spend alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from argo_core.errors import ConfigError
from argo_server.settings import Settings, load_settings
from argo_server.wiring.check import check_settings
from argo_server.wiring.model_schedules import schedules


def settings_of(folder: Path, generators: int) -> Settings:
    path = folder / "config.json"
    spending = {"calls_per_day": 90, "dollars_per_day": 6.0}
    path.write_text(json.dumps({"market": {"generators": generators}, "x_api": spending, "sonar": spending}))
    return load_settings({"ARGO_CONFIG": str(path)})


@pytest.mark.parametrize(("generators", "calls", "dollars"), [(1, 90, 6.0), (4, 22, 1.5), (90, 1, 6.0 / 90)])
def test_each_generator_takes_an_even_share_of_the_day(
    tmp_path: Path, generators: int, calls: int, dollars: float
) -> None:
    for policy in schedules(settings_of(tmp_path, generators)).values():
        assert (policy.daily_calls, policy.daily_usd) == pytest.approx((calls, dollars))
        assert generators * policy.daily_calls <= 90


def test_a_share_of_less_than_a_call_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"x_api.calls_per_day is 90, and market.generators 91.* give 91 or more, or 0"
    ):
        schedules(settings_of(tmp_path, 91))
    with pytest.raises(ConfigError, match=r"market.generators 91"):
        check_settings(settings_of(tmp_path, 91))
