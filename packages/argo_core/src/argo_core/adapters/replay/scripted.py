"""A fall that never happened, laid over recorded bars: for demonstrations and tests, and named `replay_scripted`
wherever its bars go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec
import numpy as np

from argo_core.adapters.replay.feed import ReplayFeed
from argo_core.errors import ConfigError
from argo_core.measures.panel import Floats
from argo_core.model.bars import CLOSE, HIGH, LOW, OPEN, VOLUME, Bars
from argo_core.model.instant import to_instant64
from argo_core.model.origin import Origin
from argo_core.model.sessions import Sessions

SCRIPTED = "replay_scripted"
_DAY = np.timedelta64(1, "D")


class ScriptedDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Percentages, above -95 and up to 95: `gap_pct` before the day's first bar opens, `drift_pct` from then to the
    close of its last."""

    gap_pct: float = 0.0
    drift_pct: float = 0.0

    def __post_init__(self) -> None:
        if not all(-95 < pct <= 95 for pct in (self.gap_pct, self.drift_pct)):
            raise ConfigError("scripted day: gap_pct and drift_pct are percentages above -95 and up to 95")


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens from market date `begins` on (UTC): per symbol its first, second, … day on which bars begin. After
    them the recorded moves go on from where the prices then stand."""

    name: str
    begins: date
    days: Mapping[str, tuple[ScriptedDay, ...]]


class ScriptedFeed(ReplayFeed):
    """A replay of scripted bars; its origin says so."""

    def __init__(
        self,
        history: Mapping[str, Bars],
        sessions: Sessions,
        start: datetime,
        end: datetime,
        after: datetime | None,
        script: Script,
    ) -> None:
        """As `ReplayFeed`, over the recorded `history`. Raises ConfigError as `scripted`."""
        super().__init__(scripted(history, script), sessions, start, end, after)
        self._script = script

    @property
    def origin(self) -> Origin:
        """That of the replay, named for what it is. What tells recorded from live goes by how names begin."""
        recorded = super().origin
        words = f"scripted: {self._script.name} from {self._script.begins} on, laid over {recorded.description}"
        return msgspec.structs.replace(recorded, name=SCRIPTED, description=words)


def read_script(text: bytes) -> Script:
    """A script from JSON: `{"name", "begins": "YYYY-MM-DD", "days": {symbol: [{"gap_pct", "drift_pct"}, …]}}`.

    Raises ConfigError.
    """
    try:
        return msgspec.json.decode(text, type=Script)
    except (msgspec.DecodeError, ConfigError) as error:
        raise ConfigError(f"the script of a scenario cannot be read: {error}") from error


def scripted(history: Mapping[str, Bars], script: Script) -> dict[str, Bars]:
    """The recorded bars with the script laid over them, by symbol. Pure; bars from before it are the same.

    Volume stays as recorded. Raises ConfigError for a symbol of the script that `history` has not, or whose history
    ends before its days do.
    """
    missing = [symbol for symbol in script.days if symbol not in history]
    if missing:
        raise ConfigError(f"scenario {script.name}: not recorded: {', '.join(missing)}: take them out of its days")
    laid = {symbol: _laid_over(history[symbol], days, script) for symbol, days in script.days.items()}
    return {**history, **laid}


def _laid_over(bars: Bars, days: tuple[ScriptedDay, ...], script: Script) -> Bars:
    begins = to_instant64(datetime.combine(script.begins, datetime.min.time(), tzinfo=UTC))
    day_of = bars.start.astype("datetime64[D]")
    coming = np.unique(day_of[bars.start >= begins])
    if coming.size < len(days):
        raise ConfigError(
            f"scenario {script.name}: {bars.symbol} has bars on {coming.size} days from {script.begins} on, and the "
            f"script is of {len(days)}: begin earlier"
        )
    at_open, at_close, level = np.ones(len(bars)), np.ones(len(bars)), 1.0
    for number, day in enumerate(days):
        first, last = np.searchsorted(day_of, [coming[number], coming[number] + _DAY])
        level *= 1.0 + day.gap_pct / 100.0
        way = level * (1.0 + day.drift_pct / 100.0 * np.linspace(0.0, 1.0, last - first + 1))
        at_open[first:last], at_close[first:last] = way[:-1], way[1:]
        level = float(way[-1])
        at_open[last:], at_close[last:] = level, level
    return Bars.of(bars.symbol, bars.timeframe, bars.start, _moved(bars, at_open, at_close), bars.end)


def _moved(bars: Bars, at_open: Floats, at_close: Floats) -> Floats:
    """Prices moved along the way; how far a bar reaches beyond its open and close stays the same share of them."""
    values = bars.values
    moved = np.array(values)
    moved[OPEN], moved[CLOSE] = values[OPEN] * at_open, values[CLOSE] * at_close
    top, bottom = np.maximum(values[OPEN], values[CLOSE]), np.minimum(values[OPEN], values[CLOSE])
    moved[HIGH] = np.maximum(moved[OPEN], moved[CLOSE]) * (values[HIGH] / top)
    moved[LOW] = np.minimum(moved[OPEN], moved[CLOSE]) * (values[LOW] / bottom)
    # A quotient of equal prices is 1 but for the last digit.
    moved[HIGH] = np.maximum(moved[HIGH], np.maximum(moved[OPEN], moved[CLOSE]))
    moved[LOW] = np.minimum(moved[LOW], np.minimum(moved[OPEN], moved[CLOSE]))
    moved[VOLUME] = values[VOLUME]
    untouched = (at_open == 1.0) & (at_close == 1.0)
    moved[:, untouched] = values[:, untouched]
    return moved
