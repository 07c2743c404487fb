"""The guide of deployments has the commands that a machine is laid out by."""

from __future__ import annotations

import re
import subprocess

import pytest

from deploy.errors import Refused
from tests.machine.guide import blocks_of, commands

NAMED = [
    (1, "/var/lib/argo"), (1, "/var/lib/alpine"), (1, "createuser"), (2, "generator.env.example"), (2, "ledger key"),
    (2, "alpine.env.example"), (3, "argo-sides"), (3, "alpine-sides"), (4, "deploy --confirm"),
    (5, "argo-executor@argo"),
]  # fmt: skip
PLACEHOLDERS = {"REPOSITORY", "COMMIT"}


@pytest.mark.parametrize(("step", "naming"), NAMED)
def test_a_step_has_commands_that_a_shell_understands(step: int, naming: str) -> None:
    text = commands(step, naming)
    done = subprocess.run(["bash", "-n", "-c", text], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert not any(line.startswith(" ") for line in text.splitlines())


def test_no_command_of_these_steps_is_left_out_and_nothing_in_them_is_to_be_filled_in_but_two_words() -> None:
    followed = "\n".join(commands(step, naming) for step, naming in NAMED)
    there = [block for step in range(1, 6) for block in blocks_of(step)]
    assert len(there) == len(NAMED)
    assert [block for block in there if block not in followed] == []
    assert set(re.findall(r"\b[A-Z]{5,}\b", followed)) == PLACEHOLDERS


def test_a_step_that_the_guide_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="no commands that name 'nobody'"):
        commands(1, "nobody")
    with pytest.raises(Refused, match="no step 12"):
        commands(12, "argo")
