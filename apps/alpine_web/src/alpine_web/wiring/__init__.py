"""The only package that names adapters: settings in, frozen `Services` out, everything closed at the end.

Its modules are imported by name, so that a command loads what it needs and no more.
"""
