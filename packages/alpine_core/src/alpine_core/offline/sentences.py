"""What each refusal means, in one plain sentence for somebody who has never seen a log."""

from __future__ import annotations

from collections.abc import Mapping

from alpine_core.errors import NotProven

SENTENCES: Mapping[str, str] = {
    "content_changed": "The file was changed: its entries are not the ones that the provider signed",
    "entries_missing": "The file is not complete: entries that the provider signed are missing",
    "entries_added": "The file holds entries that the provider never signed",
    "bad_record": "This is not a record file, or its first line was changed",
    "record_shorter": "Entries that the older file holds are gone",
    "split_view": "The history was rewritten: the provider signed two different pasts",
    "old_root_mismatch": "The history was rewritten: it does not continue what was seen before",
    "new_root_mismatch": "The history was rewritten: it does not continue what was seen before",
    "bad_log_signature": "The provider's signature does not hold, or it is of another key than the trusted one",
    "bad_cosignature": "A witness's signature does not hold: the checkpoint was changed",
    "quorum_not_met": "Too few of the trusted witnesses have signed",
    "unknown_origin": "This is the log of somebody whom your policy does not name",
    "hash_mismatch": "The signal was changed: its fields do not have the hash that was published",
    "commitment_mismatch": "The signal is not the one that was sealed when it was issued, or its salt was changed",
    "root_mismatch": "The entry is not in the signed log: it was changed, or never logged",
    "backdated": "The signal claims to be older than its entry in the log",
    "postdated": "The signal claims to be newer than its entry in the log",
    "realised_mismatch": "What was said of a trade does not add up",
    "bad_entry": "The log's entry is not the one that belongs to this signal",
    "no_proof": "The bundle holds no proof: nothing shows that the signal was logged",
    "stale": "The newest signature is too old: new entries may be held back",
    "exported_later": "The file says that it was exported in the future: how fresh it is cannot be told",
    "mirror_wrong": "The server sent entries that are not in the signed log",
}


def sentence_of(error: NotProven) -> str:
    """One sentence: what it means, then what exactly was found."""
    meaning = SENTENCES.get(error.code, "A proof does not hold")
    return f"{meaning} ({error.code}: {error})."
