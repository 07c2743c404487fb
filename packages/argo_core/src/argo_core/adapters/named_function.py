"""An object of a module that somebody names on the command line: `my_package.votes:my_momentum`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from argo_core.errors import ConfigError


def named_object(name: str, folder: Path) -> object:
    """What `module:name` stands for; modules in `folder` are found before installed ones.

    Raises ConfigError for a name without a colon, a module that cannot be imported, or one that lacks the name.
    """
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise ConfigError(f"{name!r} names no function: write module:function, for instance my_votes:momentum")
    sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        # Whatever a foreign module does while it is imported is its own fault, not ours.
        raise ConfigError(f"module {module_name!r} cannot be imported: {error!r}: mend it, or its name") from error
    finally:
        sys.path.remove(str(folder))
    if not hasattr(module, attribute):
        raise ConfigError(f"module {module_name!r} has no {attribute!r}: correct the name after the colon")
    found: object = getattr(module, attribute)
    return found
