"""The vendors' keys: which are in force, and what no text may show."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from argo_core.errors import ConfigError
from argo_server.settings.load import Settings
from argo_server.settings.redis_address import redis_url
from argo_server.settings.shape import ConfigFile
from argo_server.settings.source_sections import LanguageModel
from argo_server.settings.trading_sections import Credentials


def data_key(settings: Settings) -> Credentials | None:
    """The key for Alpaca's market data: its own, else that of the regular account. A simulated account has no key that
    Alpaca knows, and a prop firm's is for its own process alone. None without one, or where the source is off.

    Raises ConfigError for one half of a pair: it would be sent, and refused as if it were wrong.
    """
    file, own = settings.file, settings.file.alpaca_data
    if not own.enabled:
        return None
    if bool(own.api_key) != bool(own.secret_key):
        here, missing = ("API", "SECRET") if own.api_key else ("SECRET", "API")
        raise ConfigError(
            f"ALPACA_DATA_{missing}_KEY is missing: alpaca_data has its other half, ALPACA_DATA_{here}_KEY, and Alpaca "
            "wants both"
        )
    if own.api_key:
        return Credentials(api_key=own.api_key, secret_key=own.secret_key)
    if file.trading.mode == "simulated" or file.prop_firm.enabled:
        return None
    named = file.alpaca.production if settings.environment == "production" else file.alpaca.dev
    account = next((one for one in (file.alpaca, named) if one is not None and one.api_key), None)
    if account is not None and not account.secret_key:
        raise ConfigError("alpaca.secret_key is missing beside alpaca.api_key: Alpaca wants both")
    return account


def massive_key(file: ConfigFile) -> str | None:
    """None without a key, or where the source is off."""
    return (file.massive.api_key or None) if file.massive.enabled else None


def model_key(section: LanguageModel) -> str:
    """A language model's key under either of its names, "" without one or where the source is off."""
    return (section.bearer_token or section.api_key) if section.enabled else ""


def vendor_secrets(settings: Settings) -> dict[str, str]:
    """Every secret of the six sources by the variable that carries it into a process; those that are not set are
    left out."""
    file, alpaca = settings.file, data_key(settings)
    known = {
        "ALPACA_DATA_API_KEY": "" if alpaca is None else alpaca.api_key,
        "ALPACA_DATA_SECRET_KEY": "" if alpaca is None else alpaca.secret_key,
        "MASSIVE_API_KEY": file.massive.api_key,
        "ALPHA_VANTAGE_API_KEY": file.alpha_vantage.api_key,
        "XAI_API_KEY": model_key(file.x_api),
        "PERPLEXITY_API_KEY": model_key(file.sonar),
        "REDIS_URL": redis_url(file) or "",
    }
    return {name: value for name, value in known.items() if value}


def unspeakable(settings: Settings) -> list[str]:
    """What no text may show: the secrets, and what addresses hold of them."""
    file = settings.file
    addresses = (
        redis_url(file), file.alpaca_data.url, file.alpaca_data.stream_url, file.massive.url, file.massive.stream_url,
        file.yfinance.url, file.alpha_vantage.url, file.x_api.url, file.sonar.url,
    )  # fmt: skip
    held = [unquote(urlsplit(address).password or "") for address in addresses if address]
    return [secret for secret in (*vendor_secrets(settings).values(), *held) if secret]
