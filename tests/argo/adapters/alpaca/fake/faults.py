"""What the fake does instead of answering properly, once for each entry of its script."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class FaultKind(enum.Enum):
    """`*_BEFORE` and RATE_LIMITED, SERVER_ERROR: nothing was done. The others: the call took effect."""

    TIMEOUT_BEFORE = "time-out before"
    TIMEOUT_AFTER = "time-out after acceptance"
    RATE_LIMITED = "429"
    SERVER_ERROR = "500"
    GATEWAY_ACCEPTED = "504 but accepted"
    DUPLICATE = "duplicate id"
    HTML_BODY = "HTML body"
    UNKNOWN_STATUS = "unknown status"


DOES_NOTHING = frozenset({FaultKind.TIMEOUT_BEFORE, FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR})


@dataclass
class Fault:
    """The next `times` calls of this method whose path begins with `path` misbehave."""

    method: str
    path: str
    kind: FaultKind
    times: int = 1


@dataclass
class FaultScript:
    """Faults in the order in which they were asked for; `met` are those that happened."""

    pending: list[Fault] = field(default_factory=list)
    met: list[FaultKind] = field(default_factory=list)

    def add(self, method: str, path: str, kind: FaultKind, times: int = 1) -> None:
        """Script one."""
        self.pending.append(Fault(method, path, kind, times))

    def next(self, method: str, path: str) -> FaultKind | None:
        """The fault of this call, used up."""
        for fault in self.pending:
            if fault.times > 0 and fault.method == method and path.startswith(fault.path):
                fault.times -= 1
                self.met.append(fault.kind)
                return fault.kind
        return None
