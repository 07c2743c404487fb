"""Security events in plain words."""

from __future__ import annotations

from alpine_core.model import SecurityKind, SubscriptionState

EVENTS = {
    SecurityKind.SIGNED_UP: "Account made",
    SecurityKind.SIGNED_IN: "Signed in",
    SecurityKind.SIGN_IN_REFUSED: "Sign-in refused",
    SecurityKind.SIGNED_OUT: "Signed out",
    SecurityKind.SESSION_REVOKED: "Session ended from elsewhere",
    SecurityKind.EMAIL_VERIFIED: "Address confirmed",
    SecurityKind.EMAIL_CHANGED: "Address changed",
    SecurityKind.PASSWORD_CHANGED: "Password changed",
    SecurityKind.PASSWORD_RESET_ASKED: "New password asked for",
    SecurityKind.PASSWORD_RESET: "New password set by mail",
    SecurityKind.SECOND_FACTOR_ENABLED: "Second factor enabled",
    SecurityKind.SECOND_FACTOR_DISABLED: "Second factor disabled",
    SecurityKind.RECOVERY_CODE_USED: "Recovery code used",
    SecurityKind.RECOVERY_CODES_RENEWED: "Recovery codes renewed",
    SecurityKind.TOKEN_ISSUED: "Tokens for a program handed out",
    SecurityKind.TOKEN_REFRESHED: "Tokens of a program renewed",
    SecurityKind.TOKEN_REUSED: "A token was shown twice: its program has to sign in again",
    SecurityKind.API_KEY_CREATED: "Key for programs made",
    SecurityKind.API_KEY_REVOKED: "Key for programs revoked",
}


def event_words(kind: SecurityKind) -> str:
    """What happened; a kind without words of its own as its name."""
    return EVENTS.get(kind, kind.value.replace("_", " ").capitalize())


SUBSCRIPTIONS = {
    SubscriptionState.ACTIVE: "runs",
    SubscriptionState.TRIALING: "runs, as a trial",
    SubscriptionState.PAST_DUE: "a payment is missing",
    SubscriptionState.UNPAID: "stopped: payments failed",
    SubscriptionState.CANCELED: "ended",
    SubscriptionState.INCOMPLETE: "waits for its first payment",
    SubscriptionState.INCOMPLETE_EXPIRED: "never paid, ended",
    SubscriptionState.PAUSED: "paused",
}


def subscription_words(state: SubscriptionState) -> str:
    """Where a subscription stands."""
    return SUBSCRIPTIONS[state]
