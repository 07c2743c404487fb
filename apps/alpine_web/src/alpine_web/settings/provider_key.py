"""The names under which provider and distributor hold their shared ingest key; both sides must spell them the same."""

from __future__ import annotations

PROVIDER_KEY = "ARGO_API_KEY"
SECRETS_FOLDER = "argo-alpine/alpine-backend"
STORED_PROVIDER_KEY = f"{SECRETS_FOLDER}/argo-api-key"
