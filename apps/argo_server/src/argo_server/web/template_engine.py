"""The templates of every page, with the filters and the integrity of the scripts that they name."""

from __future__ import annotations

from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from argo_server.web.static_files import FOLDER
from argo_server.web.views.words import FILTERS


def template_config(root: str = "", templates: Path | None = None) -> TemplateConfig[JinjaTemplateEngine]:
    """What an application needs to render pages. Files in `templates` win over ours of the same name; `root` is the
    prefix of links."""
    folders = [FOLDER.parent / "templates"] if templates is None else [templates, FOLDER.parent / "templates"]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({shown.__name__: shown for shown in FILTERS})
    environment.globals["root"] = root
    environment.globals["ui"] = environment.get_template("macros.html").module
    environment.globals["lab"] = environment.get_template("lab_macros.html").module
    manifest = msgspec.json.decode((FOLDER / "vendor" / "manifest.json").read_bytes())
    environment.globals["integrity"] = {name: entry["sha384"] for name, entry in manifest["files"].items()}
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))
