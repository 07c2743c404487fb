"""What a side wants to see before it tells of its health: the console's password, where one is set."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.errors import Refused
from deploy.plan import Plan

VARIABLE = "ARGO_CONSOLE_PASSWORD"


def console_password(plan: Plan) -> str:
    """From the environment file, else from the settings file that it names; "" where neither sets one, and for an
    entity whose health is open. One in a store of secrets belongs into the environment file as well. Raises Refused."""
    if plan.entity != "argo":
        return ""
    environment = plan.environment()
    if environment.get(VARIABLE):
        return environment[VARIABLE]
    named = environment.get("ARGO_CONFIG")
    if not named:
        return ""
    path = Path(named)
    try:
        told = json.loads(path.read_text("utf-8"))
        server = told.get("server", {})
        return str(server.get("console_password") or "")
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}: {plan.environment_file} names it as ARGO_CONFIG") from error
    except (ValueError, AttributeError) as error:
        raise Refused(f"{path} is not as settings are: {error}: mend it, argo config check says where") from error
