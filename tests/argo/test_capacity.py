"""The capacity plan's tables are computed, and the page shows what is computed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.capacity import MEASURED, executors_row, subscribers_row, symbols_row, tables, turns_row

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "capacity.md"


def test_the_page_shows_the_tables_as_they_are_computed() -> None:
    page = PAGE.read_text("utf-8")
    assert [table for table in tables() if table not in page] == []


def test_the_page_names_every_figure_that_goes_in() -> None:
    page = PAGE.read_text("utf-8")
    given = [*MEASURED.__slots__]
    assert "turn_ms" in given
    for name in (each for each in given if each != "turn_ms"):
        value = getattr(MEASURED, name)
        assert f"{value:,}" in page, name
    assert [value for _, value in MEASURED.turn_ms if f"{value}" not in page] == []


def test_a_million_subscribers_need_a_hundred_and_nine_workers() -> None:
    # 19.54 s of work in 0.3 s at 60 %: 108.6; 1e6 x 2,066 bytes x 8 / 0.3 s = 55,093 Mbit/s; 1e6 x 22.12 kB = 22.12 GB.
    assert subscribers_row(1_000_000) == (
        "1,000,000", "19.54", "109", "9,174", "22.12", "2,066.0", "55,093", "109", "10.9",
    )  # fmt: skip


def test_ten_thousand_symbols_fit_one_generator_and_fifty_thousand_need_four() -> None:
    assert symbols_row(10_000) == ("10,000", "1.9", "1", "1,921")
    assert symbols_row(50_000) == ("50,000", "9.6", "4", "2,401")


def test_a_turn_of_fifty_milliseconds_lets_thirty_shards_write() -> None:
    # 20 a second, 12 at 60 %, 60 in five seconds, two for each shard; 30 x 6 signals in 5 s.
    assert turns_row(700, 50.0) == ("700", "50.0", "12.0", "30", "36.0")


def test_each_executor_has_its_own_messages() -> None:
    # (1 distributor + 2) x (1,000 signals + 720 cycles' marks).
    assert executors_row(2) == ("2", "5,160", "1.43", "0.2")
