"""What page and workbook need beyond the core: found missing before a long run rather than after it."""

from __future__ import annotations

from typing import Any

from argo_core.errors import ConfigError


def graphs() -> Any:
    """plotly's figures. Raises ConfigError, one line, where the extra is missing."""
    try:
        import plotly.graph_objects
    except ModuleNotFoundError as error:
        raise ConfigError("a page with plots needs the extra lab: pip install 'argo-core[lab]'") from error
    return plotly.graph_objects


def workbooks() -> Any:
    """openpyxl. Raises ConfigError, one line, where the extra is missing."""
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise ConfigError("a workbook needs the extra lab: pip install 'argo-core[lab]'") from error
    return openpyxl


def sheets() -> Any:
    """xlsxwriter. Raises ConfigError, one line, where the extra is missing."""
    try:
        import xlsxwriter
    except ModuleNotFoundError as error:
        raise ConfigError("a report's workbook needs the extra reports: pip install 'argo-core[reports]'") from error
    return xlsxwriter
