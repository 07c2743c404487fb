"""What every lease must do. Fixture: `leases`, two that share a storage; nobody holds it."""

from __future__ import annotations

from alpine_core.ports import Lease


class LeaseContract:
    async def test_one_of_two_holds_it_and_keeps_it(self, leases: tuple[Lease, Lease]) -> None:
        one, other = leases
        assert [await one.hold(), await other.hold(), await one.hold(), await other.hold()] == [
            True,
            False,
            True,
            False,
        ]

    async def test_it_is_free_again_when_its_holder_closes_it(self, leases: tuple[Lease, Lease]) -> None:
        one, other = leases
        assert await one.hold()
        await one.close()
        assert await other.hold()
        assert not await one.hold()

    async def test_who_does_not_hold_it_takes_it_from_nobody_by_closing(self, leases: tuple[Lease, Lease]) -> None:
        one, other = leases
        assert await one.hold()
        assert not await other.hold()
        await other.close()
        assert [await one.hold(), await other.hold()] == [True, False]
