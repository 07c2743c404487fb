"""Word to the service manager."""

from alpine_core.adapters.service_notice import ServiceNotice

__all__ = ["ServiceNotice"]
