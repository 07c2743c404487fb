"""The one account that an executor may trade, as its own type."""

from __future__ import annotations

from argo_core.adapters.simulated import simulated_account_number
from argo_core.errors import ConfigError
from argo_core.model.account_choice import AccountChoice, chosen_account
from argo_core.model.venue_account import Credential, LiveAccount, PaperAccount, PropAccount, SimulatedAccount
from argo_core.risk.proposal import PROP, SIMULATED
from argo_server.settings import ExecutorRole
from argo_server.settings.trading_sections import Credentials

Account = SimulatedAccount | PaperAccount | LiveAccount | PropAccount


def account_of(role: ExecutorRole, credential: Credentials) -> Account:
    """The account of these settings. Raises ConfigError, one sentence, where mode, environment, host, key and account
    number do not belong together."""
    file, firm = role.settings.file, role.prop_firm
    number = file.prop_firm.account_number if firm else file.trading.account_number
    number_key = "prop_firm.account_number" if firm else "trading.account_number"
    if file.trading.mode == SIMULATED:
        own = simulated_account_number(credential.api_key)
        if number not in ("", own):
            raise ConfigError(
                f"{number_key} is {number}, but this credential's simulated account is {own}: correct the number, "
                "or set trading.mode to paper or live"
            )
        return SimulatedAccount(account_number=own)
    choice = AccountChoice(
        executor_id=role.executor_id,
        mode=file.trading.mode,
        prop_firm=firm,
        production=role.settings.environment == "production",
        number=number,
        number_key=number_key,
        host=file.alpaca.trading_url,
        stream=file.alpaca.trading_stream_url,
        said_paper=credential.paper,
    )
    return chosen_account(choice, Credential(credential.api_key, credential.secret_key))


def account_mode(role: ExecutorRole) -> str:
    """What kind of account orders are meant for: simulated, paper, live or prop."""
    mode = role.settings.file.trading.mode
    return PROP if role.prop_firm and mode != SIMULATED else mode
