"""`argo prop-sim` as somebody uses and misuses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from argo_server.cli.main import argo

EXAMPLE = (
    "prop-sim", "--pack", "ftmo-2-step", "--win-rate", "0.48", "--win-r", "1.6", "--risk-pct", "1",
    "--trades-per-day", "4",
)  # fmt: skip


def test_the_published_example_from_the_command_line() -> None:
    done = CliRunner().invoke(argo, [*EXAMPLE, "--json"])
    assert done.exit_code == 0
    result = json.loads(done.stdout)
    assert 0.927 <= result["passed"]["share"] <= 0.937
    assert (result["seed"], result["paths"], result["pack"]) == (42, 10_000, "ftmo-2-step")
    assert any("risks 1 % of the balance" in sentence for sentence in result["assumptions"])


def test_the_table_names_seed_interval_and_assumptions() -> None:
    done = CliRunner().invoke(argo, [*EXAMPLE, "--paths", "500", "--seed", "7"])
    assert "500 paths, seed 7. Assumed:" in done.stdout
    assert "95 % from" in done.stdout


def test_a_table_of_trades_is_redrawn(tmp_path: Path) -> None:
    table = tmp_path / "trades.csv"
    table.write_text("r\n" + "1.6\n-1\n" * 30)
    words = ["prop-sim", "--pack", "ftmo-1-step", "--trades", str(table), "--trades-per-day", "3", "--paths", "200"]
    done = CliRunner().invoke(argo, [*words, "--json"])
    result = json.loads(done.stdout)
    assert result["trades_in_record"] == 60
    assert len(result["record"]) == 2


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        (("--pack", "ftmo-2-step", "--win-rate", "0.5"), 2, "--win-rate goes with --win-r"),
        (("--pack", "ftmo-2-step", "--win-rate", "0.5", "--win-r", "2"), 2, "--trades-per-day"),
        (("--pack", "nobody", "--win-rate", "0.5", "--win-r", "2"), 2, "rule pack 'nobody' is unknown"),
        (("--pack", "seed-limits", "--win-rate", "0.5", "--win-r", "2"), 2, "names no profit target"),
        (("--pack", "ftmo-2-step", "--win-rate", "2", "--win-r", "2", "--trades-per-day", "1"), 2, "win rate"),
    ],
)
def test_misuse_is_one_line_and_no_traceback(words: tuple[str, ...], status: int, line: str) -> None:
    done = CliRunner().invoke(argo, ["prop-sim", *words])
    assert done.exit_code == status
    assert line in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"\xdf\xffPAR1", b"r\n" + b"1" * 200_000])
def test_a_file_that_is_no_table_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trades.csv").write_bytes(content)
    words = ["--pack", "ftmo-1-step", "--trades", str(tmp_path / "trades.csv"), "--trades-per-day", "3"]
    done = CliRunner().invoke(argo, ["prop-sim", *words])
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: a table of trades is comma-separated text in UTF-8: this file is not\n",
    )
