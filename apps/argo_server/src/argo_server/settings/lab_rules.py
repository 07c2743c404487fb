"""The settings that a backtest of the lab goes by: kept with its request, whatever the file says by then."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from argo_core.errors import ConfigError, DataError
from argo_server.settings.library_path import library_folder
from argo_server.settings.load import Settings
from argo_server.settings.processes import ARGO, PASSED_ON
from argo_server.settings.reload import reread
from argo_server.settings.shape import ConfigFile

SECTIONS = (
    "signal_generation consensus levels horizon costs regime data_sources strategy trading prop_firm replay backtest"
).split()
MODELS = ("x_api", "sonar")
VETO = "may_only_veto"


def newest_settings(settings: Settings) -> Settings:
    """The file as it is now, where it can be read; of a changed one what a running generator takes over."""
    try:
        return settings if settings.file_path is None else reread(settings).settings
    except ConfigError:
        return settings


def lab_rules(settings: Settings) -> bytes:
    """As JSON, always the same for the same rules; keys and account numbers are not among them."""
    document = msgspec.to_builtins(settings.file)
    rules = {section: document[section] for section in SECTIONS}
    for section in ("trading", "prop_firm"):
        rules[section] = {**rules[section], "account_number": ""}
    rules["backtest"] = {**rules["backtest"], "workers": 1}  # who runs it changes nothing
    rules |= {model: {VETO: document[model][VETO]} for model in MODELS}
    return msgspec.json.encode(rules, order="sorted")


def with_lab_rules(settings: Settings, rules: bytes) -> Settings:
    """This process's settings with the kept rules in the place of its own. Raises DataError `bad_document`."""
    document = msgspec.to_builtins(settings.file)
    try:
        kept = msgspec.json.decode(rules, type=dict[str, dict[str, object]])
        for section, values in kept.items():
            document[section] = {**document[section], **values}
        return replace(settings, file=msgspec.convert(document, ConfigFile))
    except (msgspec.MsgspecError, KeyError) as error:
        raise DataError("bad_document", f"the stored rules cannot be used: {error}: ask for the run anew") from error


def lab_command(run_id: str, attempt: int) -> tuple[str, ...]:
    """What starts the process of one attempt at a run."""
    return (*ARGO, "lab", "work", run_id, "--attempt", str(attempt))


def lab_environment(settings: Settings, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What such a process needs to know, and no secret."""
    env = os.environ if environ is None else environ
    known = {
        **chance_environment(env),
        "ARGO_ENV": settings.environment,
        "ARGO_DATABASE_URL": settings.database_url,
        "ARGO_CACHE_DIR": str(settings.cache_folder),
        "ARGO_LIBRARY_DIR": str(library_folder(settings, env)),
    }
    if settings.file_path is not None:
        known["ARGO_CONFIG"] = str(settings.file_path.resolve())
    return known


def chance_command() -> tuple[str, ...]:
    """What starts the process that works out a chance of passing."""
    return (*ARGO, "lab", "chance")


def chance_environment(env: Mapping[str, str]) -> dict[str, str]:
    """What a calculation needs to know: no settings, no address, no key."""
    known = {name: env[name] for name in PASSED_ON if env.get(name)}
    # numpy and its like would take every core: there may be several such processes beside the one that trades.
    return known | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
