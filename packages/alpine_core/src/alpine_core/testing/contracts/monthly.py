"""What every MonthlyShelf and MonthlyReaders promise."""

from __future__ import annotations

from typing import Any

import msgspec

from alpine_core.model.account import Account, Role
from alpine_core.model.mail import Mail
from alpine_core.model.monthly_report import MonthlyLine, MonthlyReader, MonthlyReport
from alpine_core.model.tier import Tier
from alpine_core.ports import AccountStore, MailShelf
from alpine_core.testing.samples import MOMENT

REPORT = MonthlyReport(
    month="2026-02", made_at=MOMENT, closed=4, without_result=1, replayed=0, won=2, count=3, mean_net_pct=0.5,
    low=None, high=None, profit_factor=2.5, stake_pct=2.0, change_pct=0.03, max_drawdown_pct=0.01,
    by_symbol=(MonthlyLine(symbol="AAPL", won=2, count=3, mean_net_pct=0.5),),
)  # fmt: skip
MAIL = Mail(message_id="<m1@alpine.example>", recipient="ada@example.com", subject="The record", text="Words.")


def holder(account_id: str, **changed: Any) -> Account:
    """An account with a confirmed address."""
    told = {
        "email": f"{account_id}@example.com",
        "tier": Tier.BASIC,
        "email_verified": True,
        "role": Role.SUBSCRIBER,
        **changed,
    }
    return Account(account_id=account_id, password_hash="h", created_at=MOMENT, **told)


class MonthlyContract:
    """Subclass it, and give the fixtures `monthly`, `accounts` and `outbox` over one storage, all empty."""

    async def test_a_report_is_read_back_and_its_mails_wait(self, monthly: Any, outbox: MailShelf) -> None:
        assert await monthly.keep(REPORT, [MAIL])
        assert await monthly.reports() == (REPORT,)
        assert [each.mail for each in await outbox.to("ada@example.com")] == [MAIL]

    async def test_a_month_is_told_once(self, monthly: Any, outbox: MailShelf) -> None:
        await monthly.keep(REPORT, [])
        assert not await monthly.keep(msgspec.structs.replace(REPORT, closed=99), [MAIL])
        assert await monthly.reports() == (REPORT,)
        assert await outbox.to("ada@example.com") == ()

    async def test_the_newest_month_comes_first(self, monthly: Any) -> None:
        earlier = msgspec.structs.replace(REPORT, month="2025-12")
        for each in (earlier, REPORT):
            await monthly.keep(each, [])
        assert await monthly.reports() == (REPORT, earlier)

    async def test_a_wish_holds_until_it_is_taken_back(self, monthly: Any, accounts: AccountStore) -> None:
        await accounts.put(holder("a1"))
        assert await monthly.asked("a1") is None
        await monthly.ask("a1", MOMENT)
        await monthly.ask("a1", MOMENT)
        assert await monthly.asked("a1") == MOMENT
        assert await monthly.readers() == (MonthlyReader(account_id="a1", email="a1@example.com", tier=Tier.BASIC),)
        await monthly.ask("a1", None)
        assert (await monthly.asked("a1"), await monthly.readers()) == (None, ())

    async def test_nobody_without_a_confirmed_address_or_with_a_lock_is_a_reader(
        self, monthly: Any, accounts: AccountStore
    ) -> None:
        await accounts.put(holder("a1", email_verified=False))
        await accounts.put(holder("a2", locked_at=MOMENT))
        for each in ("a1", "a2", "gone"):
            await monthly.ask(each, MOMENT)
        assert await monthly.readers() == ()
        assert await monthly.asked("gone") is None
