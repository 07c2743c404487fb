"""The page on the demo's own strategy says what the command prints."""

from __future__ import annotations

import pytest

from examples.demo_strategy import PAGE, block, command, page_with, printed


def test_the_page_names_the_command_of_the_demos_settings() -> None:
    page = PAGE.read_text("utf-8")
    assert command()[2:8] == [
        "--symbols", "AAPL,AMZN,GOOGL,TSLA,AMD,BA,SPY,BTC-USD,ETH-USD,LTC-USD,XRP-USD,EOS-USD",
        "--from", "2018-11-01", "--to", "2019-09-30",
    ]  # fmt: skip
    commands = block("").partition("```")[0]
    assert commands in page
    for words in ("Growth beyond buy and hold, % a year", "Buy and hold", "95 % interval", "4 times", "No evidence ("):
        assert words in page


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_the_page_shows_what_the_command_prints_today() -> None:
    page = PAGE.read_text("utf-8")
    assert page_with(page, printed()) == page
