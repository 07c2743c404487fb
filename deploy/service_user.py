"""The program's commands are run as the user its service is: what they write, the service can read and replace."""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.errors import Refused
from deploy.plan import Plan


def service_user(plan: Plan) -> str:
    """The plan's, else that of the units; "" where the sides run as whoever calls."""
    return plan.user or (plan.entity if plan.supervisor == "systemd" else "")


def as_service(plan: Plan, words: Sequence[str | Path]) -> list[str | Path]:
    """The command as its service would run it. Raises Refused for a user that there is not or may not be become."""
    account = _account(plan)
    if account is None or account.pw_uid == os.geteuid():
        return list(words)
    if os.geteuid() != 0:
        raise Refused(
            f"the program's commands run as {account.pw_name}: call deploy/run as root or as {account.pw_name}"
        )
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups", "--", *words]


def home_of_service(plan: Plan, environment: Mapping[str, str]) -> dict[str, str]:
    """The same surroundings, with the home of who runs the command."""
    account = _account(plan)
    return {**environment, **({} if account is None else {"HOME": account.pw_dir})}


def give_to_service(plan: Plan, folder: Path) -> None:
    """A scratch folder and what lies in it already become the service's."""
    account = _account(plan)
    if account is not None and os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, account.pw_uid, account.pw_gid)


def _account(plan: Plan) -> pwd.struct_passwd | None:
    name = service_user(plan)
    if not name:
        return None
    try:
        return pwd.getpwnam(name)
    except KeyError as error:
        raise Refused(f"there is no user {name}: useradd --system {name}, or write `user` into the plan") from error
