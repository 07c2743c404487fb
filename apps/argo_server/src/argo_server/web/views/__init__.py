"""Model values → what templates show. Pure functions."""
