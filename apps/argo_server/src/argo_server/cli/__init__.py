"""The `argo` command."""

from argo_server.cli.main import main

__all__ = ["main"]
