"""The `alpine` command of this version: it says what it is, and refuses what it does not have."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from alpine_web.cli import main


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_shows_what_there_is_and_examples(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert "Distribute verified trading signals" in result.output
    assert "alpine --version" in result.output


def test_the_version_is_that_of_the_distribution() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.output) == (0, "alpine, version 0.1.0\n")


def test_an_unknown_command_is_bad_usage_in_one_line() -> None:
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == "Error: No such command 'serve'."
