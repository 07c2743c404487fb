"""What a browser may do with a document that brings its own scripts: run them, alone."""

from __future__ import annotations

POLICY = "Content-Security-Policy"
ALONE = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:"
)
"""Without this site's origin: it reaches neither the console nor anybody else."""
