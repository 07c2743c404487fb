"""An objective by name, and the hash of the source that it is made of."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import inspect
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType

from argo_core.adapters.code_hash import code_hash
from argo_core.backtest.sma_cross import SmaCross, sma_cross
from argo_core.backtest.sma_cross_days import sma_cross_days
from argo_core.backtest.walk_forward_search import DayReturns
from argo_core.errors import ConfigError
from argo_core.model.bars import Bars
from argo_core.model.search import Value
from argo_core.ports.trial_runner import Objective

BarObjective = Callable[[Mapping[str, Bars], Mapping[str, Value]], Mapping[str, float] | float]
"""Bars by symbol and parameters in, figures out."""

BUILT_IN: Mapping[str, BarObjective] = {"sma-cross": sma_cross}
BUILT_IN_DAYS: Mapping[str, DayReturns] = {"sma-cross": sma_cross_days}


def load_objective(name: str) -> BarObjective:
    """A built-in one, or `module:function`, the module found as Python finds it or in the folder of the command.

    Raises ConfigError.
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    module_name, colon, function_name = name.partition(":")
    if not colon:
        known = ", ".join(BUILT_IN)
        raise ConfigError(f"{name!r} is no objective: use {known}, or module:function of your own")
    try:
        module = _imported(module_name)
    except (ImportError, TypeError, ValueError, SyntaxError) as error:  # a name such as `..x`, or broken source
        raise ConfigError(f"the objective's module {module_name!r} cannot be imported: {error}") from error
    found = getattr(module, function_name, None)
    if not callable(found):
        raise ConfigError(f"{module_name} has no function {function_name}: name it as module:function")
    objective: BarObjective = found
    return objective


def load_days(name: str) -> DayReturns | None:
    """What the objective `name` earns day by day: of `module:function` the function `function_days` of the same module,
    None where there is none. Raises ConfigError."""
    if name in BUILT_IN:
        return BUILT_IN_DAYS[name]
    load_objective(name)
    module_name, _, function_name = name.partition(":")
    found: DayReturns | None = getattr(_imported(module_name), f"{function_name}_days", None)
    if found is not None and not callable(found):
        raise ConfigError(f"{function_name}_days of {module_name} is no function: it gives the returns of each day")
    return found


def on_bars(objective: BarObjective, bars: Mapping[str, Bars]) -> Objective:
    """The objective of parameters alone. The built-in one takes many points at once."""
    return SmaCross(bars) if objective is sma_cross else partial(objective, bars)


def source_hash(objective: BarObjective) -> str:
    """SHA-256 over the source files that the objective is made of: its module's, and those that it imports (at the top
    or in a function) outside the standard library, installed packages and argo_core, which `engine_hash` covers.

    Raises ConfigError for a function without a file.
    """
    module = inspect.getmodule(objective)
    file = None if module is None else getattr(module, "__file__", None)
    if module is None or not file:
        raise ConfigError(f"{objective!r} has no source file: define it in a module")
    files: dict[str, bytes] = {}
    _gather(module.__name__, module.__package__ or "", file, files)
    digest = hashlib.sha256(getattr(objective, "__qualname__", "").encode())
    for name in sorted(files):
        digest.update(f"\n{name} {len(files[name])}\n".encode() + files[name])
    return digest.hexdigest()


def engine_hash() -> str:
    """SHA-256 over every file of argo_core: a changed line of the engine is another engine."""
    return code_hash("argo_core")


def _imported(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    return importlib.import_module(name)


def _gather(name: str, package: str, file: str, found: dict[str, bytes]) -> None:
    if name in found or not _is_own(name, file):
        return
    found[name] = Path(file).read_bytes()
    for used in _imports(ast.parse(found[name]), package):
        try:
            spec = importlib.util.find_spec(used)
        except (ImportError, AttributeError, ValueError):
            continue  # a name inside a module, or a module that is not there: importing it would say so
        if spec is not None and spec.origin is not None:
            _gather(spec.name, spec.parent or "", spec.origin, found)


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Full names of what is imported anywhere in a module; of `from x import y` both x and x.y."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            whole = importlib.util.resolve_name(base, package) if node.level else base
            yield whole
            yield from (f"{whole}.{alias.name}" for alias in node.names)


def _is_own(name: str, file: str) -> bool:
    if name.partition(".")[0] == "argo_core" or not file.endswith(".py"):
        return False
    path = Path(file).resolve()
    installed = [Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    return not any(path.is_relative_to(folder) for folder in installed)
