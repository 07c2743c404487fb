"""Why a source gave no vote, in a sentence for people: one for each `Absence`."""

from __future__ import annotations

from argo_core.model.vote import Absence

SENTENCES = {
    Absence.NO_DATA: "asked, and there is nothing of this symbol yet: no price, no bars, or no answer so far",
    Absence.WARMING_UP: "fewer bars than its indicators need",
    Absence.STALE: "what it has is too old to be used: a price, or its newest bar",
    Absence.AGED_OUT: "it had a vote, which is now so old that nothing is left of its weight",
    Absence.NOT_EXPECTED: "nobody plans to ask it about this symbol now: its market is closed, or the calls go to "
    "others; coverage does not count it",
    Absence.NO_RECORDING: "a replay, and no answer was recorded for it",
    Absence.NOT_ASKED: "the cycle did not ask it about this symbol",
    Absence.CALL_SAVED: "not asked, because no answer of it could have changed the decision",
    Absence.RACE_LOST: "called off, because the other vendor of prices answered first",
    Absence.TIMEOUT: "it did not answer in time",
    Absence.BREAKER_OPEN: "it has failed several times in a row and rests before it is tried again",
    Absence.RATE_LIMITED: "its limit of calls is used up, by its own word or by ours",
    Absence.VENDOR_ERROR: "it answered with an error, or could not be reached",
    Absence.REFUSED_ANSWER: "it answered, and the answer was none that we can read or believe",
    Absence.DISABLED: "switched off, or without a key",
    Absence.GAPS: "its history has holes",
    Absence.CORPORATE_ACTION: "its price jumped as by a split, and its history does not say yet whether it was one",
    Absence.VENDORS_SILENT: "no vendor of prices answers, so it has too few bars to vote on; no fault of its own",
}
ABSENCE_WORDS = {absence.label: sentence for absence, sentence in SENTENCES.items()}
NOT_TAKEN = tuple(
    absence.label
    for absence in (Absence.STALE, Absence.AGED_OUT, Absence.REFUSED_ANSWER, Absence.GAPS, Absence.CORPORATE_ACTION)
)
"""Those that mean: it said something, and it was not used."""
