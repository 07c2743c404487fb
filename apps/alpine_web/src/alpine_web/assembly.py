"""Ports in, `Services` out: what is built from what, whoever brings the ports."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import msgspec

from alpine_core.accounts import (
    AccountDesk,
    AccountParts,
    Administration,
    ApiKeys,
    Attempts,
    Enrolment,
    Leaving,
    SignIn,
    Tokens,
    ViewAs,
    open_desk,
)
from alpine_core.accounts.holdings import AccountHolding, ApiKeyHolding, EventHolding, MailHolding, ReceiptHolding
from alpine_core.alerts.desk import AlertDesk
from alpine_core.billing import Billing, BillingHolding
from alpine_core.fanout import OpenStreams, RecordTracing
from alpine_core.feed import LedgerView, PublicLog, ReceiptBook, RecordToFollow, SignalFeed, Uptime
from alpine_core.intake import Intake, Integrity, LogVigil, Mirroring, RealisedIntake, Sealing, SpotCheck, Witness
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.intake.signature_check import SignatureCheck
from alpine_core.mailing import Courier
from alpine_core.model import DEFAULT_TERMS, Tier, TierTerms
from alpine_core.notices import Chances, NoticeOffice, NoticePorts, open_office
from alpine_core.notices.monthly import MonthlyOffice
from alpine_core.ports import (
    AccountActs,
    AccountShelf,
    AccountStore,
    AlarmShelf,
    Announcer,
    ApiKeyStore,
    AuditShelf,
    BillingShelf,
    Clock,
    Credentials,
    FailedSignIns,
    Lease,
    LogMirror,
    LogWatch,
    Mailer,
    MailShelf,
    MarkShelf,
    OneTimeCodes,
    Outbox,
    PasswordHasher,
    PaymentHouse,
    PaymentNotices,
    PersonalData,
    RateBuckets,
    RealisedShelf,
    RealisedStore,
    ReceiptStore,
    RecordShelf,
    SecurityLog,
    SessionStore,
    SignalShelf,
    SignalStore,
    TermsShelf,
    TokenStore,
    WebhookIds,
    WholeIntegrityBook,
    WitnessStore,
)
from alpine_core.ports.minute_log import MinuteLog
from alpine_core.ports.monthly_shelf import Monthly
from alpine_core.tiers import Entitlements, TermsBook
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.note_key import SigningKey
from alpine_core.verify.pinned_policy import pinned_policy
from alpine_core.verify.seal_verifier import SealVerifier
from alpine_core.verify.signal_verifier import SignalVerifier
from alpine_core.verify.trust_policy import TrustPolicy
from alpine_web.dry_check import DryCheck
from alpine_web.figures import PublicFigures
from alpine_web.letters import Stationery, TemplateLetters, TemplateMonthlyLetters, TemplateNoticeLetters
from alpine_web.live import Lines, OpenPush
from alpine_web.mirror_patience import MirrorPatience
from alpine_web.rate import RateLimit
from alpine_web.receipts import Receipts
from alpine_web.record_book import RecordBook
from alpine_web.services import Members, Services
from alpine_web.settings import Settings
from alpine_web.settings.secret_names import STORED_NAMES
from alpine_web.simulating import Simulating

TOKEN_BYTES = 32
ACCOUNT_ID_BYTES = 16
SECONDS_PER_HOUR = 3600
SECONDS_PER_MINUTE = 60
INGEST_BURST = 200
SIGN_IN_BURST = 20
MAILS_PER_MINUTE = 1
MAIL_BURST = 5
MESSAGE_ID_BYTES = 16
RECEIPTS_PER_MINUTE = 120
RECEIPTS_BURST = 60
SIMULATOR_PER_MINUTE = 60
SIMULATOR_BURST = 20
WITNESS_PER_MINUTE = 600
WITNESS_BURST = 100


@dataclass(frozen=True, slots=True)
class AccountPorts:
    """What accounts of subscribers need besides. `outbox` and `mail_shelf` are over the same storage. `house` and
    `notices` are None where nothing is sold."""

    acts: AccountActs
    credentials: Credentials
    codes: OneTimeCodes
    outbox: Outbox
    mail_shelf: MailShelf
    mailer: Mailer
    shelf: AccountShelf
    billing: BillingShelf
    house: PaymentHouse | None = None
    notices: PaymentNotices | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """`ticks` are seconds that only grow; `backend` names the database.

    `witness_key` and `mirror_key` are of type 4, of the names in the settings.
    """

    store: SignalStore
    shelf: SignalShelf
    marks: MarkShelf
    alarms: AlarmShelf
    audit: AuditShelf
    states: WitnessStore
    mirror: LogMirror
    watch: LogWatch
    realised: RealisedShelf
    trades: RealisedStore
    record: RecordShelf
    minutes: MinuteLog
    alerts: AlertDesk
    book: WholeIntegrityBook
    monthly: Monthly
    receipts: ReceiptStore
    webhook_ids: WebhookIds
    witness_key: SigningKey
    mirror_key: SigningKey
    accounts: AccountStore
    api_keys: ApiKeyStore
    tokens: TokenStore
    sessions: SessionStore
    security_log: SecurityLog
    terms: TermsShelf
    failures: FailedSignIns
    account: AccountPorts
    notices: NoticePorts
    hasher: PasswordHasher
    buckets: RateBuckets
    announcer: Announcer
    lease: Lease
    open_push: OpenPush
    clock: Clock
    ticks: Callable[[], float]
    backend: str
    tracing: RecordTracing = field(default_factory=RecordTracing)


def tier_terms(settings: Settings) -> Mapping[Tier, TierTerms]:
    """The terms in force: those that wait, wait as long as the settings say."""
    wait = settings.free_delay_seconds
    waiting = {
        tier: msgspec.structs.replace(DEFAULT_TERMS[tier], delay_seconds=wait) for tier in (Tier.FREE, Tier.BASIC)
    }
    return {**DEFAULT_TERMS, **waiting}


def assemble(settings: Settings, ports: Ports, lines: Lines, kept: KeptSecrets | None = None) -> Services:
    """One process's services over these ports; `kept` are the secrets that may change meanwhile.

    Raises OperatorError for settings that contradict each other.
    """
    terms = tier_terms(settings)
    feed, log = SignalFeed(ports.shelf, Entitlements(terms), ports.realised), _log_parts(settings, ports)
    receipts, notices = _receipts(feed, ports), _notices(settings, feed, ports)
    monthly = _monthly(settings, record := RecordBook(ports.record), feed, ports)
    access = _with_access(feed, terms, ports, record, monthly)
    over_logs = partial(access, states=ports.states, mirror=ports.mirror, watch=ports.watch, secrets=kept)
    return over_logs(
        settings=settings,
        clock=ports.clock,
        started_at=ports.clock.now(),
        intake=_intake(settings, ports, log),
        realised_intake=RealisedIntake(ports.trades, Sealing(log.pinned, ports.store), ports.clock),
        dry_check=DryCheck(_verifier(settings), ports.clock),
        signatures=_signatures(settings, ports, kept),
        simulating=_simulating(feed, ports),
        ingest_rate=RateLimit(settings.ingest_per_minute, INGEST_BURST, ports.ticks),
        members=_members(settings, ports, [notices.holding, monthly], receipts),
        sign_in_rate=RateLimit(settings.sign_in_per_minute, SIGN_IN_BURST, ports.ticks),
        shelf=ports.shelf,
        feed=feed,
        policy=log.witness.verifier.policy,
        witness=log.witness,
        witness_rate=RateLimit(WITNESS_PER_MINUTE, WITNESS_BURST, ports.ticks),
        mirroring=_mirroring(log.witness, ports),
        ledger=log.ledger,
        mirror_patience=MirrorPatience(log.ledger.mirrored, log.ledger.witnessed_size),
        public_log=PublicLog(log.witness.verifier.policy, ports.states, ports.mirror, ports.alarms),
        realised=ports.realised,
        receipts=receipts,
        vigil=LogVigil(ports.states, ports.mirror, ports.watch, ports.store, ports.clock),
        spot_check=_spot_check(settings, log.witness.verifier.policy, ports),
        lease=ports.lease,
        live=ports.open_push(feed, lines),
        streams=OpenStreams(settings.streams_per_account),
        figures=PublicFigures(feed, ports.clock),
        notices=notices,
    )


def _intake(settings: Settings, ports: Ports, log: _LogParts) -> Intake:
    return Intake(_verifier(settings), ports.store, ports.announcer, ports.clock, log.pinned, ports.tracing)


def _with_access(
    feed: SignalFeed, terms: Mapping[Tier, TierTerms], ports: Ports, record: RecordBook, monthly: MonthlyOffice
) -> Callable[..., Services]:
    return partial(
        Services,
        uptime=Uptime(ports.minutes),
        marks=ports.marks,
        alarms=ports.alarms,
        audit=ports.audit,
        integrity=Integrity(ports.store, ports.book, ports.clock),
        checks=ports.book,
        alerts=ports.alerts,
        terms=TermsBook(terms, feed.entitlements, ports.terms, ports.clock),
        buckets=ports.buckets,
        accounts=ports.accounts,
        api_keys=_api_keys(feed, ports),
        tokens=_tokens(ports),
        token_store=ports.tokens,
        sessions=ports.sessions,
        security_log=ports.security_log,
        record=record,
        monthly=monthly,
        database_backend=ports.backend,
        hasher=ports.hasher,
        tracer=ports.tracing.tracer,
    )


def _notices(settings: Settings, feed: SignalFeed, ports: Ports) -> NoticeOffice:
    return open_office(
        ports.notices,
        feed,
        ports.shelf,
        ports.accounts,
        ports.security_log,
        TemplateNoticeLetters(_stationery(settings)),
        ports.clock,
        Chances(
            new_secret=lambda: secrets.token_bytes(TOKEN_BYTES),
            new_id=lambda: secrets.token_hex(ACCOUNT_ID_BYTES),
            chance=secrets.SystemRandom().random,
        ),
        allow_private=settings.allow_private_webhooks,
    )


def _monthly(settings: Settings, record: RecordBook, feed: SignalFeed, ports: Ports) -> MonthlyOffice:
    letters = TemplateMonthlyLetters(_stationery(settings))
    return MonthlyOffice(
        record.reckon,
        ports.monthly,
        ports.monthly,
        letters,
        feed.entitlements,
        ports.clock,
        ports.states,
        ports.mirror,
    )


def _receipts(feed: SignalFeed, ports: Ports) -> Receipts:
    book = ReceiptBook(ports.shelf, feed.entitlements, ports.receipts, ports.clock)
    return Receipts(book, RateLimit(RECEIPTS_PER_MINUTE, RECEIPTS_BURST, ports.ticks))


class _LogParts(NamedTuple):
    """`pinned`: the witness where a log of the provider is pinned, else None."""

    witness: Witness
    pinned: Witness | None
    ledger: LedgerView


def _log_parts(settings: Settings, ports: Ports) -> _LogParts:
    witness = _witness(settings, ports)
    ledger = LedgerView(witness.verifier.policy.origins, ports.states, ports.mirror)
    return _LogParts(witness, witness if settings.log_vkeys else None, ledger)


def _verifier(settings: Settings) -> SignalVerifier:
    return SignalVerifier(allow_legacy=settings.allow_legacy)


def _witness(settings: Settings, ports: Ports) -> Witness:
    policy = pinned_policy(settings.log_vkeys, ports.witness_key.key, settings.witness_vkeys, settings.quorum)
    return Witness(SealVerifier(policy), Cosigner(ports.witness_key), ports.states, ports.store, ports.clock)


def _mirroring(witness: Witness, ports: Ports) -> Mirroring:
    cosigner = Cosigner(ports.mirror_key)
    return Mirroring(witness.verifier, witness, cosigner, ports.states, ports.mirror, ports.store, ports.clock)


def _spot_check(settings: Settings, policy: TrustPolicy, ports: Ports) -> SpotCheck:
    return SpotCheck(policy, settings.mirror_name, ports.audit, ports.shelf, ports.states, ports.mirror)


def _signatures(settings: Settings, ports: Ports, kept: KeptSecrets | None) -> SignatureCheck:
    secrets = tuple(filter(None, (each.strip() for each in (settings.webhook_secret or "").split(","))))
    return SignatureCheck(secrets, ports.clock, ports.webhook_ids, kept, STORED_NAMES["ALPINE_WEBHOOK_SECRET"])


def _simulating(feed: SignalFeed, ports: Ports) -> Simulating:
    rate = RateLimit(SIMULATOR_PER_MINUTE, SIMULATOR_BURST, ports.ticks)
    return Simulating(RecordToFollow(feed, ports.marks), rate)


def _members(settings: Settings, ports: Ports, others: Sequence[PersonalData], receipts: Receipts) -> Members:
    parts, billing = _account_parts(settings, ports), _billing(settings, ports)
    desk = open_desk(parts)
    administration = Administration(parts, desk.email)
    return Members(
        sign_in=SignIn(parts, ports.sessions, session_seconds=settings.session_hours * SECONDS_PER_HOUR),
        desk=desk,
        enrolment=Enrolment(ports.accounts, ports.account.acts, ports.hasher, ports.clock, parts.new_id),
        credentials=ports.account.credentials,
        courier=Courier(ports.account.outbox, ports.account.mailer, ports.clock),
        mail_shelf=ports.account.mail_shelf,
        mail_rate=RateLimit(MAILS_PER_MINUTE, MAIL_BURST, ports.ticks),
        account_shelf=ports.account.shelf,
        administration=administration,
        billing=billing,
        leaving=_leaving(parts, desk, ports, [BillingHolding(billing, ports.account.billing), *others], receipts),
        payment_notices=ports.account.notices,
        view_as=ViewAs(settings.secret_key, administration, ports.clock),
    )


def _billing(settings: Settings, ports: Ports) -> Billing:
    return Billing(
        ports.account.house,
        ports.account.billing,
        ports.account.acts,
        ports.accounts,
        ports.clock,
        new_id=lambda: secrets.token_hex(ACCOUNT_ID_BYTES),
        base_url=settings.base_url,
        grace=settings.payments.grace,
    )


def _leaving(
    parts: AccountParts, desk: AccountDesk, ports: Ports, first: list[PersonalData], receipts: Receipts
) -> Leaving:
    """Whatever holds something about people is named here; what cancels or can fail outside stands first."""
    holdings: list[PersonalData] = [
        *first,
        AccountHolding(ports.account.credentials, ports.clock),
        ApiKeyHolding(ports.api_keys),
        EventHolding(ports.security_log),
        MailHolding(ports.account.mail_shelf),
        ReceiptHolding(ports.receipts, receipts.flush),
    ]
    return Leaving(parts, desk.proof, holdings)


def _account_parts(settings: Settings, ports: Ports) -> AccountParts:
    return AccountParts(
        accounts=ports.accounts,
        credentials=ports.account.credentials,
        acts=ports.account.acts,
        attempts=Attempts(ports.failures),
        hasher=ports.hasher,
        codes=ports.account.codes,
        letters=TemplateLetters(_stationery(settings)),
        clock=ports.clock,
        new_token=lambda: secrets.token_bytes(TOKEN_BYTES),
        new_id=lambda: secrets.token_hex(ACCOUNT_ID_BYTES),
        idle_seconds=settings.session_idle_minutes * SECONDS_PER_MINUTE,
    )


def _api_keys(feed: SignalFeed, ports: Ports) -> ApiKeys:
    return ApiKeys(
        ports.api_keys,
        ports.accounts,
        ports.clock,
        terms=feed.entitlements.terms,
        new_secret=lambda: secrets.token_bytes(TOKEN_BYTES),
        new_id=lambda: secrets.token_hex(ACCOUNT_ID_BYTES),
    )


def _tokens(ports: Ports) -> Tokens:
    return Tokens(
        ports.tokens,
        ports.accounts,
        ports.clock,
        new_secret=lambda: secrets.token_bytes(TOKEN_BYTES),
        new_id=lambda: secrets.token_hex(ACCOUNT_ID_BYTES),
    )


def _stationery(settings: Settings) -> Stationery:
    return Stationery(settings, lambda: secrets.token_hex(MESSAGE_ID_BYTES))
