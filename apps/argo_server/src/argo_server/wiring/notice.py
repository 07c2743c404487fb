"""Word to the service manager."""

from argo_core.adapters.service_notice import ServiceNotice

__all__ = ["ServiceNotice"]
