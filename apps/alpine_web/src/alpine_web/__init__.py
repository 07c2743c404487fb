"""The distributor as a running service: settings → wiring → web, jobs, cli. This version has the command only."""

__version__ = "0.1.0"
