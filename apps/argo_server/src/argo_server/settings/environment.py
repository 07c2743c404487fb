"""Environment variables that win over keys of the file."""

from __future__ import annotations

from collections.abc import Mapping

OVERRIDES = {
    "AWS_BUCKET_NAME": ("reports", "bucket"),
    "ARGO_BACKUP_BUCKET": ("backups", "bucket"),
    "ARGO_BACKUP_ENDPOINT": ("backups", "endpoint_url"),
    "ARGO_BACKUP_FOLDER": ("backups", "folder"),
    "ARGO_CONSOLE_PASSWORD": ("server", "console_password"),
    "ARGO_SECRETS": ("secrets", "store"),
    "ALPINE_API_URL": ("alpine", "api_url"),
    "ARGO_API_KEY": ("alpine", "api_key"),
    "ALPINE_WEBHOOK_SECRET": ("alpine", "webhook_secret"),
    "ARGO_DISTRIBUTION_KEY": ("distribution", "api_key"),
    "ARGO_TRACING_ENDPOINT": ("tracing", "endpoint"),
    "ARGO_TRACING_SECRET": ("tracing", "header_secret"),
    "ALPACA_DATA_URL": ("alpaca_data", "url"),
    "ALPACA_DATA_STREAM_URL": ("alpaca_data", "stream_url"),
    "ALPACA_DATA_API_KEY": ("alpaca_data", "api_key"),
    "ALPACA_DATA_SECRET_KEY": ("alpaca_data", "secret_key"),
    "MASSIVE_URL": ("massive", "url"),
    "MASSIVE_STREAM_URL": ("massive", "stream_url"),
    "MASSIVE_API_KEY": ("massive", "api_key"),
    "YAHOO_URL": ("yfinance", "url"),
    "ALPHA_VANTAGE_URL": ("alpha_vantage", "url"),
    "ALPHA_VANTAGE_API_KEY": ("alpha_vantage", "api_key"),
    "XAI_URL": ("x_api", "url"),
    "XAI_API_KEY": ("x_api", "bearer_token"),
    "PERPLEXITY_URL": ("sonar", "url"),
    "PERPLEXITY_API_KEY": ("sonar", "api_key"),
    "REDIS_URL": ("redis", "url"),
    "REDIS_HOST": ("redis", "host"),
    "REDIS_PORT": ("redis", "port"),
    "REDIS_PASSWORD": ("redis", "password"),
    "REDIS_DB": ("redis", "db"),
    "ALPACA_TRADING_URL": ("alpaca", "trading_url"),
    "ALPACA_TRADING_STREAM_URL": ("alpaca", "trading_stream_url"),
    "PAGERDUTY_ENABLED": ("pagerduty", "enabled"),
    "PAGERDUTY_INTEGRATION_KEY": ("pagerduty", "integration_key"),
    "PAGERDUTY_URL": ("pagerduty", "url"),
    "SLACK_ENABLED": ("slack", "enabled"),
    "SLACK_WEBHOOK_URL": ("slack", "webhook_url"),
    "EMAIL_ALERTS_ENABLED": ("email", "enabled"),
    "EMAIL_SMTP_HOST": ("email", "host"),
    "EMAIL_SMTP_PORT": ("email", "port"),
    "EMAIL_SMTP_SECURITY": ("email", "security"),
    "EMAIL_SMTP_USER": ("email", "user"),
    "EMAIL_SMTP_PASSWORD": ("email", "password"),
    "EMAIL_FROM": ("email", "sender"),
    "EMAIL_TO": ("email", "to"),
    "NOTION_ALERTS_ENABLED": ("notion", "enabled"),
    "NOTION_API_KEY": ("notion", "api_key"),
    "NOTION_DATA_SOURCE_ID": ("notion", "data_source_id"),
    "NOTION_URL": ("notion", "url"),
}

NUMBERS = frozenset({"EMAIL_SMTP_PORT", "REDIS_PORT", "REDIS_DB"})
SWITCHES = frozenset({"PAGERDUTY_ENABLED", "SLACK_ENABLED", "EMAIL_ALERTS_ENABLED", "NOTION_ALERTS_ENABLED"})
WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def overridden(document: object, environ: Mapping[str, str]) -> tuple[object, frozenset[str]]:
    """The document with the environment's values in it, and the dotted keys that came from there."""
    given = {path: _value(name, environ[name]) for name, path in OVERRIDES.items() if environ.get(name)}
    if not given or not isinstance(document, dict):
        return document, frozenset()
    merged = dict(document)
    for (section, key), value in given.items():
        known = merged.get(section, {})
        if not isinstance(known, dict):
            return document, frozenset()  # of the wrong shape: the check that follows says so
        merged[section] = {**known, key: value}
    return merged, frozenset(f"{section}.{key}" for section, key in given)


def _value(name: str, text: str) -> str | int | bool:
    """Text that should be a number or a switch and is none stays text: the check that follows names its key."""
    if name in SWITCHES:
        return WORDS.get(text.strip().lower(), text)
    return int(text) if name in NUMBERS and text.isdecimal() else text
