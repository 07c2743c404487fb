"""A turn that our own limit cannot give in time: no word of the vendor's."""

from __future__ import annotations

from argo_core.errors import SourceError


class NoTurn(SourceError):
    """RATE_LIMITED by ourselves: nothing went out, so it says nothing about the vendor and binds nobody else."""

    @classmethod
    def of(cls, refused: SourceError) -> NoTurn:
        """The budget's refusal."""
        return cls(refused.reason, str(refused), retry_after=refused.retry_after)
