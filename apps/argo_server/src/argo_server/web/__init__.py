"""The HTTP side: JSON API, metrics and the operator's console."""

from argo_server.web.app import create_app

__all__ = ["create_app"]
