"""The `alpine` command. Modules load what they need when they are called: `--help` stays quick."""

from alpine_web.cli.main import alpine, main

__all__ = ["alpine", "main"]
