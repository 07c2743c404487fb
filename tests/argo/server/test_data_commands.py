"""`argo data` as a person uses it, and as somebody misuses it: one line, the right exit status, no traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.argo.peers import keys
from tests.argo.peers.program import RISING, Peers, running_peers
from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import ArgoFolder

HEAD = "Date,Open,High,Low,Close,Volume\n"
ROWS = "2020-03-05,10,11,9,10.1,100\n2020-03-06,10.1,11,9,10.2,100\n2020-03-09,10.2,11,9,10.3,100\n"
FILE = ("data", "import", "files", "bars.csv", "--symbols", "AAPL", "--adjustment", "raw")


@pytest.fixture(name="argo")
def folder_with_a_file(tmp_path: Path, cache: Path) -> InProcess:
    folder = ArgoFolder(tmp_path, cache)
    (tmp_path / "bars.csv").write_text(HEAD + ROWS)
    return InProcess(folder)


@pytest.fixture(scope="module", name="peers")
def vendors() -> Iterator[Peers]:
    with running_peers("--symbols", "BTC-USD,ETH-USD", "--delay-ms", "1", "--history-days", "60", *RISING) as running:
        yield running


def test_a_file_is_imported_once(argo: InProcess) -> None:
    first = json.loads(argo.run(*FILE, "--json").stdout)
    second = json.loads(argo.run(*FILE, "--json").stdout)
    assert [(each["rows_before"], each["changed"], each["series"]["rows"]) for each in (first[0], second[0])] == [
        (0, True, 3), (3, False, 3)
    ]  # fmt: skip
    assert first[0]["series"]["content_hash"] == second[0]["series"]["content_hash"]
    assert "unchanged" in argo.run(*FILE).stdout
    listed = argo.run("data", "list").stdout
    assert "AAPL 1Day raw" in listed
    assert "America/New_York" in listed
    assert (argo.folder / "var" / "library" / "manifest.json").is_file()


def test_the_installed_command_imports_and_checks(argo: InProcess) -> None:
    done = argo.process(*FILE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "stored" in done.stdout
    assert argo.process("data", "check").stdout == "1 series, 0 errors, 0 other findings\n"


def test_bars_that_differ_are_refused_and_replaced_on_demand(argo: InProcess) -> None:
    argo.run(*FILE)
    (argo.folder / "bars.csv").write_text(HEAD + ROWS.replace("10.2,100", "10.25,100"))
    refused = argo.run(*FILE)
    assert refused.returncode == 2
    assert "2020-03-06T05:00:00.000000Z differs in close: stored 10.2, given 10.25" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert argo.run(*FILE, "--replace").returncode == 0
    (series,) = json.loads(argo.run("data", "list", "--json").stdout)
    assert [version["rows"] for version in series["versions"]] == [3, 3]


def test_sound_bars_are_checked_with_status_0_and_a_changed_file_with_1(argo: InProcess) -> None:
    argo.run(*FILE)
    sound = argo.run("data", "check")
    assert (sound.returncode, sound.stdout) == (0, "1 series, 0 errors, 0 other findings\n")
    (part,) = (argo.folder / "var" / "library" / "bars").rglob("*.parquet")
    part.write_bytes(part.read_bytes()[:-9])
    broken = argo.run("data", "check", "--json")
    assert broken.returncode == 1
    assert [found["code"] for found in json.loads(broken.stdout)["findings"]] == ["hash_mismatch"]


def test_a_check_against_the_exchanges_calendar_names_gaps_and_closed_days(argo: InProcess) -> None:
    gap = "2020-03-11,10.2,11,9,10.3,100\n2020-03-14,10.2,11,9,10.3,100\n"
    (argo.folder / "bars.csv").write_text(HEAD + ROWS + gap)
    argo.run(*FILE)
    found = json.loads(argo.run("data", "check", "--json").stdout)["findings"]
    assert [(each["code"], each["at"][:10], each["amount"]) for each in found] == [
        ("closed_day", "2020-03-14", None), ("gap", "2020-03-10", 1.0), ("gap", "2020-03-12", 2.0)
    ]  # fmt: skip
    assert argo.run("data", "check").returncode == 1
    assert argo.run("data", "check", "--ignore", "closed_day").returncode == 0


def test_recordings_are_cut_to_the_period_that_is_asked_for(argo: InProcess) -> None:
    done = argo.run("data", "import", "recorded", "--symbols", "AAPL,BTC-USD", "--from", "2018-01-01", "--to",
                    "2018-02-01", "--json")  # fmt: skip
    assert [(each["series"]["key"]["symbol"], each["series"]["rows"]) for each in json.loads(done.stdout)] == [
        ("AAPL", 21), ("BTC-USD", 1488)
    ]  # fmt: skip
    assert argo.run("data", "check").returncode == 0


@pytest.mark.parametrize("vendor", ["alpaca", "massive", "yfinance"])
def test_a_vendors_history_is_imported(argo: InProcess, peers: Peers, vendor: str) -> None:
    live = argo.with_environment(
        ALPACA_DATA_API_KEY=keys.ALPACA_KEY, ALPACA_DATA_SECRET_KEY=keys.ALPACA_SECRET,
        MASSIVE_API_KEY=keys.MASSIVE_KEY, **peers.environment(),
    )  # fmt: skip
    first, last = (f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}" for days in (30, 2))
    words = ("data", "import", vendor, "--symbols", "BTC-USD,ETH-USD", "--from", first, "--to", last, "--json")
    done = live.run(*words)
    assert done.returncode == 0, done.stderr
    assert [each["series"]["rows"] for each in json.loads(done.stdout)] == [28, 28]
    assert {each["series"]["source"] for each in json.loads(done.stdout)} == {vendor}
    assert not any(each["changed"] for each in json.loads(live.run(*words).stdout))


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("import", "alpaca", "--symbols", "AAPL", "--from", "2020-01-01", "--to", "2020-02-01"), 2, "is no key"),
        (("import", "yfinance", "--symbols", "AAPL"), 2, "give --from and --to"),
        (("import", "recorded"), 2, "needs --symbols"),
        (("import", "recorded", "--symbols", "NVDA"), 2, "not among the recorded symbols"),
        (("import", "files", "bars.csv", "--symbols", "AAPL"), 2, "--adjustment raw, split or total"),
        (("import", "files", "--symbols", "AAPL", "--adjustment", "raw"), 2, "files need their names"),
        (("import", "files", "gone.csv", "--symbols", "AAPL", "--adjustment", "raw"), 2, "gone.csv cannot be read"),
        (("import", "files", "bars.csv", "--symbols", "AAPL", "--adjustment", "raw", "--timeframe", "1Min"), 2,
         "--time-zone"),
        (("import", "files", "bars.csv", "--columns", "close"), 2, "time=DAY,close=LAST"),
        (("import", "ftp"), 2, "not one of"),
        (("check",), 2, "run argo data import"),
    ],
)  # fmt: skip
def test_misuse_is_one_line(argo: InProcess, words: tuple[str, ...], status: int, said: str) -> None:
    done = argo.run("data", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)
    assert said in done.stderr
    assert status == 2 or done.stderr.count("\n") == 1
