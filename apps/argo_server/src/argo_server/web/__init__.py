"""The HTTP side: JSON API, metrics and the operator's console."""
