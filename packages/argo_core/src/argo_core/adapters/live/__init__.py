"""Vendors as a running generator uses them: each behind its path, its budget and its part of the cache."""
