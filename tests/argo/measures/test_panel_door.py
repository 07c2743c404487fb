"""What the batch kernels refuse, and how histories of different length share a panel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given

from argo_core.errors import DataError
from argo_core.measures.adx import adx
from argo_core.measures.atr import atr
from argo_core.measures.bollinger import bollinger
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.macd import macd
from argo_core.measures.rsi import rsi
from tests.argo.measures.bar_histories import Floats, History, panels, random_walk

Kernel = Callable[[Floats, Floats, Floats], tuple[Floats, ...]]

KERNELS: dict[str, Kernel] = {
    "rsi": lambda _high, _low, close: (rsi(close),),
    "macd": lambda _high, _low, close: macd(close),
    "atr": lambda high, low, close: (atr(high, low, close),),
    "adx": adx,
    "bollinger": lambda _high, _low, close: bollinger(close),
}
every_kernel = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)


@every_kernel
@given(history=panels())
def test_a_row_of_a_panel_is_what_it_would_be_alone(kernel: Kernel, history: History) -> None:
    together = kernel(*history.series)
    for row in range(history.close.shape[0]):
        alive = ~np.isnan(history.close[row])
        alone = kernel(*(values[row][alive] for values in history.series))
        for panel, single in zip(together, alone, strict=True):
            assert np.isnan(panel[row][~alive]).all()
            np.testing.assert_array_equal(panel[row][alive], single)


@every_kernel
@pytest.mark.parametrize("shape", [(0,), (1,), (3, 0), (0, 5), (2, 1)])
def test_fewer_bars_than_the_warm_up_give_nan_of_the_same_shape(kernel: Kernel, shape: tuple[int, ...]) -> None:
    flat = np.full(shape, 5.0)
    for values in kernel(flat, flat, flat):
        assert values.shape == shape
        assert np.isnan(values).all()


@every_kernel
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 2e100])
def test_a_hole_in_a_history_is_refused(kernel: Kernel, value: float) -> None:
    history = random_walk(1, 3, 60)
    history.close[1, 30] = value
    with pytest.raises(DataError, match="row 1, index 30") as refusal:
        kernel(*history.series)
    assert refusal.value.code == "not_finite"


@every_kernel
def test_infinity_before_the_first_bar_is_refused(kernel: Kernel) -> None:
    history = random_walk(1, 3, 60)
    for values in history.series:
        values[2, :10] = np.nan
    history.close[2, 4] = np.inf
    with pytest.raises(DataError) as refusal:
        kernel(*history.series)
    assert refusal.value.code == "not_finite"


@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_row_must_begin_in_all_series_at_the_same_bar(column: int) -> None:
    history = random_walk(1, 3, 60)
    history.series[column][2, :4] = np.nan
    with pytest.raises(DataError, match="row 2"):
        feature_panel(*history.series)


@pytest.mark.parametrize("shapes", [((4,), (5,), (5,)), ((2, 5), (5,), (5,)), ((1, 2, 5),) * 3, ((),) * 3])
def test_series_of_different_or_odd_shape_are_refused(shapes: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(DataError) as refusal:
        feature_panel(*(np.ones(shape) for shape in shapes))
    assert refusal.value.code == "bad_shape"


def test_settings_that_describe_no_indicator_are_refused() -> None:
    close = np.ones(50)
    attempts: list[tuple[str, Callable[[], object]]] = [
        ("bad_period", lambda: rsi(close, 1)),
        ("bad_period", lambda: atr(close, close, close, 0)),
        ("bad_period", lambda: adx(close, close, close, -3)),
        ("bad_period", lambda: bollinger(close, 1)),
        ("bad_period", lambda: macd(close, 26, 12)),
        ("bad_period", lambda: macd(close, 12, 12)),
        ("bad_period", lambda: macd(close, 12, 26, 0)),
        ("bad_deviations", lambda: bollinger(close, 20, -1.0)),
        ("bad_deviations", lambda: bollinger(close, 20, float("nan"))),
    ]
    for code, attempt in attempts:
        with pytest.raises(DataError) as refusal:
            attempt()
        assert refusal.value.code == code


@every_kernel
def test_the_callers_arrays_are_neither_changed_nor_kept(kernel: Kernel) -> None:
    history = random_walk(4, 3, 60)
    # Fortran order: the one in which the kernels could have worked on the caller's own memory.
    given_series = [np.asfortranarray(values) for values in history.series]
    for values in kernel(*given_series):
        values[:] = -1.0
    for values, before in zip(given_series, history.series, strict=True):
        np.testing.assert_array_equal(values, before)
