"""The notebooks run from top to bottom in a kernel of this environment; their own cells assert what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples" / "notebooks").glob("*.ipynb"))


def read(notebook: Path) -> Any:
    return nbformat.reads(notebook.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]


def test_there_are_three_notebooks_without_outputs_of_somebody_else() -> None:
    assert [each.stem for each in NOTEBOOKS] == [
        "backtest_from_bars",
        "calibration_and_prop_simulator",
        "walk_forward_and_verdict",
    ]
    for each in NOTEBOOKS:
        cells = read(each).cells
        assert all(not cell.outputs and cell.execution_count is None for cell in cells if cell.cell_type == "code")
        assert sum("assert " in cell.source for cell in cells) >= 2


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_assertions_hold(notebook: Path, tmp_path: Path) -> None:
    document = read(notebook)
    client = nbclient.NotebookClient(
        document, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    codes = [cell for cell in document.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in codes] == list(range(1, len(codes) + 1))
