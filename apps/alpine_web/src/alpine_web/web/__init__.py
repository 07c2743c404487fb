"""The HTTP side: routes, pages, live streams, and what stands around them."""

from alpine_web.web.app import create_app

__all__ = ["create_app"]
