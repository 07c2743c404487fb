"""The method that the record is about, in words. Its SHA-256 stands in the first entry of the log.

A changed sentence is a changed method: the new text is logged as a policy entry when a log is next started.
"""

from __future__ import annotations

import hashlib
from typing import Final

METHODOLOGY: Final = """Methodology of the signal record, version 1

1. A signal is the published decision of Weighted Consensus v6.0 over the votes of independent sources.
2. Each signal is hashed in the form jcs-1 (RFC 8785 over nine fields) and sealed before anybody receives it: the log
   gets SHA-256("argo-commit/v1" newline, 32 random bytes, hash), the next number of its stream, and a time by which
   it will be revealed.
3. A signal is revealed when it is closed, and at the latest at its reveal time. Signals that were not revealed count in
   every denominator.
4. An outcome is judged by the bars that start at or after the signal's market time. Target touched: win. Stop touched:
   loss. Both within one bar: loss. A bar that opens beyond the stop exits at its open. Neither by the horizon:
   expired, at the last close before it. A signal of the other direction closes it: cancelled, at that one's price.
5. Results are gross, in percent of the entry price, signed for the side taken. Net is gross less the round-trip costs
   of the policy "costs". An expired or cancelled signal counts as a win if its gross result is above zero.
6. The first outcome of a signal stands. A later correction is an entry of its own.
7. All decisions of a UTC day, vetoes too, are committed by the root of one hash tree on the next day.
"""

METHODOLOGY_SHA256: Final = hashlib.sha256(METHODOLOGY.encode()).hexdigest()
