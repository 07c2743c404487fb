"""The `argo` command inside the test's own process: for the many cases in which a process of its own shows no more."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from argo_server.cli.main import argo
from tests.argo.server.processes import ArgoFolder


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


class InProcess:
    """A folder with a configuration, in which commands are run."""

    def __init__(self, folder: ArgoFolder) -> None:
        self.within, self.folder, self.environment = folder, folder.folder, folder.environment

    def with_environment(self, **variables: str) -> InProcess:
        """The same folder, for commands that see these variables too."""
        return InProcess(self.within.with_environment(**variables))

    def run(self, *words: str) -> Ended:
        """The command here. What an unforeseen error would print as a traceback is raised."""
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            done = CliRunner(env={**dict.fromkeys(os.environ), **self.environment}).invoke(argo, words)
        finally:
            os.chdir(before)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ended(done.exit_code, done.stdout, done.stderr)

    def process(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The installed command in a process of its own."""
        return self.within.run(*words)
