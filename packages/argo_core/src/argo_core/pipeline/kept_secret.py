"""One secret as it stands while a process runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from argo_core.pipeline.keep_secrets import SecretKeeper


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """`given` at the start, "" for none: without a keeper it stays for ever. `name`: what it is called in the store."""

    given: str = field(repr=False)
    name: str = ""
    keeper: SecretKeeper | None = field(default=None, repr=False)

    def now(self) -> str:
        """What to send, and to log in with."""
        kept = None if self.keeper is None else self.keeper.now(self.name)
        return kept or self.given

    def valid(self) -> tuple[str, ...]:
        """What a caller may bring, the one in force first; none where none was given."""
        if not self.given:
            return ()
        kept = () if self.keeper is None else self.keeper.valid(self.name)
        return kept or (self.given,)

    async def look(self) -> None:
        """Somebody brought another: perhaps it was rotated a moment ago."""
        if self.keeper is not None:
            await self.keeper.look_for(self.name)
