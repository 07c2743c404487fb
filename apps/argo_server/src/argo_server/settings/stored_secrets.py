"""What AWS Secrets Manager holds for us: read at the start, and laid over environment and file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from argo_core.errors import ConfigError, StoreError
from argo_core.model.secret import StoredSecret
from argo_core.ports.secret_store import SecretStore
from argo_server.settings.secret_section import CREDENTIAL_NAMES, NAMES

ENDPOINTS = ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL")
CREDENTIALS = (
    "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredSecrets:
    """By variable. `store`: the one that was asked, None without; `away`: why it could not be read, None if it was."""

    found: Mapping[str, StoredSecret] = field(default_factory=dict, repr=False)
    store: SecretStore | None = field(default=None, repr=False, compare=False)
    away: str | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The values, by variable."""
        return {variable: secret.value for variable, secret in self.found.items()}


NOTHING_STORED = StoredSecrets()


def secret_store(environ: Mapping[str, str], document: object) -> SecretStore | None:
    """The store that `secrets.store` of this document means, None if none is asked. Raises ConfigError."""
    if not _is_wanted(environ, document):
        return None
    # The one adapter that settings name: file, environment and this store are where settings come from.
    from argo_core.adapters.aws_secrets import AwsSecrets, SecretsPlace

    return AwsSecrets(SecretsPlace.of(environ))


def read_stored(environ: Mapping[str, str], document: object, variables: Iterable[str] = NAMES) -> StoredSecrets:
    """What the store holds of these variables. A store that is away is told, not raised. Raises ConfigError."""
    store = secret_store(environ, document)
    if store is None:
        return NOTHING_STORED
    names = {{**NAMES, **CREDENTIAL_NAMES}[variable]: variable for variable in variables}
    try:
        found = {names[name]: secret for name, secret in store.read(names).items()}
    except StoreError as error:
        return StoredSecrets(store=store, away=str(error))
    return StoredSecrets(found, store)


def require_some(stored: StoredSecrets, *, any_other: bool) -> None:
    """Raises ConfigError where the store is away and neither file nor environment holds a secret: to go on would look
    like a process without vendors, receivers and channels."""
    if stored.away is not None and not any_other:
        raise ConfigError(
            f"{stored.away}; file and environment hold no secret to go on with: mend the way to it, or set "
            "ARGO_SECRETS=off"
        )


def _is_wanted(environ: Mapping[str, str], document: object) -> bool:
    section = document.get("secrets") if isinstance(document, dict) else None
    choice = environ.get("ARGO_SECRETS") or (section.get("store", "auto") if isinstance(section, dict) else "auto")
    if choice != "auto":
        return bool(choice == "aws")  # a word that is none of the three is refused with the rest of the document
    by_place = any(environ.get(name) for name in ENDPOINTS)
    in_production = environ.get("ARGO_ENV") == "production"
    return by_place or (in_production and any(environ.get(name) for name in CREDENTIALS))
