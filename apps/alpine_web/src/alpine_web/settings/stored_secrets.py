"""What AWS Secrets Manager holds of our settings, read once at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alpine_core.errors import OperatorError, StoreError
from alpine_core.model.stored_secret import StoredSecret
from alpine_core.ports.secret_shelf import SecretShelf
from alpine_web.settings.secret_names import STORED_NAMES

if TYPE_CHECKING:
    from alpine_core.adapters.aws_secrets import AwsSecrets

PLACES = ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL")
ACCESS = (
    *("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
)
WORDS = ("auto", "aws", "off")


@dataclass(frozen=True, slots=True)
class StoredSecrets:
    """`found` by setting. `shelf`: where they were read, None if nobody is asked; `away`: why they could not be."""

    shelf: SecretShelf | None = field(default=None, repr=False, compare=False)
    found: Mapping[str, StoredSecret] = field(default_factory=dict, repr=False)
    away: str | None = None

    @property
    def texts(self) -> dict[str, str]:
        """By setting."""
        return {setting: secret.text for setting, secret in self.found.items()}


def read_stored(values: Mapping[str, str], env: Mapping[str, str]) -> StoredSecrets:
    """What the store holds. One that does not answer is told, not raised. Raises OperatorError for ALPINE_SECRETS that
    is none of WORDS, or without the extra."""
    asked = values.get("ALPINE_SECRETS", "").strip().lower() or "auto"
    if asked not in WORDS:
        raise OperatorError(f"ALPINE_SECRETS is {asked!r}: write one of {', '.join(WORDS)}")
    public = bool(values.get("ALPINE_PUBLIC_URL"))
    by_itself = any(map(env.get, PLACES)) or (public and any(map(env.get, ACCESS)))
    if asked == "off" or (asked == "auto" and not by_itself):
        return StoredSecrets()
    shelf = _shelf(env)
    settings = {name: setting for setting, name in STORED_NAMES.items()}
    try:
        found = {settings[name]: secret for name, secret in shelf.read(settings).items()}
    except StoreError as error:
        return StoredSecrets(shelf, away=str(error))
    return StoredSecrets(shelf, found)


def require_any(stored: StoredSecrets, values: Mapping[str, str]) -> None:
    """Raises OperatorError where the store is away and neither environment nor file holds a secret."""
    if stored.away is not None and not any(values.get(name) for name in STORED_NAMES):
        raise OperatorError(
            f"{stored.away}; environment and file hold no secret to go on with: mend the way to it, or set "
            "ALPINE_SECRETS=off"
        )


def _shelf(env: Mapping[str, str]) -> AwsSecrets:
    # The one adapter that settings name: file, environment and this store are where settings come from.
    from alpine_core.adapters.aws_secrets import AwsSecrets, SecretsAccess

    return AwsSecrets(SecretsAccess.of(env))
