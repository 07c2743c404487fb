"""Settings: the only place that reads the environment and the configuration file."""

from argo_server.settings.load import Setting, Settings, load_settings, with_server, with_symbols

__all__ = ["Setting", "Settings", "load_settings", "with_server", "with_symbols"]
