"""A space of parameters is read from one line, and written back as it was."""

from __future__ import annotations

import pytest

from argo_core.backtest.search_space import format_space, parse_space, require_space
from argo_core.errors import DataError
from argo_core.model.search import Choice, Real, Whole

LINE = "fast=5:50 slow=20:200:5 rate=0.01:0.1:0.01 decay=0.001:0.1:log kind=a|b|3 size=10"


def test_every_form_is_read() -> None:
    assert parse_space(LINE) == {
        "fast": Whole(5, 50),
        "slow": Whole(20, 200, 5),
        "rate": Real(0.01, 0.1, 0.01),
        "decay": Real(0.001, 0.1, log=True),
        "kind": Choice(("a", "b", 3)),
        "size": Choice((10,)),
    }


def test_what_was_read_is_written_back() -> None:
    assert format_space(parse_space(LINE)) == LINE


@pytest.mark.parametrize(
    "text",
    [
        "", "fast", "fast=", "=5", "fast=5:", "fast=50:5", "fast=5:50:0", "fast=5:50:5:5", "fast=5:x",
        "fast=1:2 fast=3:4", "fast-slow=1:2", "rate=0.1:nan", "rate=0.1:inf", "rate=0.0:1.0:log", "rate=-1:1:log",
        "rate=0.1:0.2:-0.1", "kind=a|a", "rate=0.1:0.2:0.1:log",
    ],
)  # fmt: skip
def test_what_is_no_space_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(DataError) as error:
        parse_space(text)
    assert error.value.code == "bad_space"
    assert "\n" not in str(error.value)


def test_no_parameter_is_no_space() -> None:
    with pytest.raises(DataError):
        require_space({})
