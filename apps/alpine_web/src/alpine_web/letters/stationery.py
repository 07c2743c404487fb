"""What all letters have in common: templates, the address of our pages, and who sends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alpine_core.model import Mail
from alpine_web.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"


class Stationery:
    """`new_id` gives a fresh text for each message id. `base` is the settings' public URL, which links begin with."""

    def __init__(self, settings: Settings, new_id: Callable[[], str]) -> None:
        self.base = settings.base_url
        self._host = settings.public_host or "alpine.localhost"
        self._new_id = new_id
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=lambda name: str(name).endswith(".html"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def mail(self, template: str, recipient: str, subject: str, at: datetime, context: Mapping[str, object]) -> Mail:
        """The letter of `template`, as plain words and as HTML; `at` is when that happened of which it tells."""
        known = {**context, "base": self.base, "at": f"{at:%Y-%m-%d %H:%M} UTC"}
        return Mail(
            message_id=f"<{self._new_id()}@{self._host}>",
            recipient=recipient,
            subject=f"Alpine: {subject}",
            text=self._templates.get_template(f"{template}.txt").render(known),
            html=self._templates.get_template(f"{template}.html").render(known),
        )
