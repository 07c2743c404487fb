"""A source for Argo, installed by itself."""
