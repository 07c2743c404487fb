"""Headline figures: each from equity or trades by one pure function in a module of its own."""
