"""The HTTP side: JSON API, metrics and the operator's console."""

from argo_server.web.app import create_app
from argo_server.web.executor_app import create_executor_app

__all__ = ["create_app", "create_executor_app"]
