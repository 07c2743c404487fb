"""`make containers`: builds the images, runs them by compose.yaml, sees a signal through, and ends them. As root.

Usage: python -m deploy.containers [--base IMAGE] [--certificates FOLDER]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.commands import run
from deploy.containers.engine import HERE, ROOT, Engine, container
from deploy.errors import Refused
from deploy.release import never_deployed
from deploy.steps import carry_out, step, until

NETWORK = "10.214"
SERVICES = ("alpine", "executor-argo", "executor-prop-firm", "generator")
USERS = {"argo": "10001:10001", "alpine": "10002:10002"}
CONNECTS = (
    "import socket, sys; s = socket.socket(); s.settimeout(3); sys.exit(s.connect_ex((sys.argv[1], int(sys.argv[2]))))"
)


def main() -> int:
    """Every step in its order; the first that does not hold ends it with status 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="an image to build on; without it one is made by debootstrap")
    parser.add_argument("--certificates", type=Path, help="certificates that the builder sees: an organisation's own")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="containers-"))
    ports = dict(zip(("ALPINE_PORT", "ARGO_PORT", "EXECUTOR_PORT", "PROP_FIRM_PORT"), free_ports(4), strict=True))
    stand_in = dict.fromkeys(("POSTGRES_IMAGE", "REDIS_IMAGE"), "localhost/stand_in:check")
    given = {"SETTINGS": str(folder / "settings"), "NETWORK": NETWORK, "COMMIT": "check", **ports, **stand_in}
    engine = Engine(folder=folder, certificates=arguments.certificates, settings=given)
    try:
        return carry_out(lambda: check(engine, arguments.base))
    finally:
        for kind in ("container", "volume", "image"):
            engine.podman(kind, "rm", "--all", "--force")
        shutil.rmtree(folder, ignore_errors=True)


def check(engine: Engine, base: str | None) -> None:
    """Raises Refused."""
    engine.prepare()
    check_images(engine, base)
    with running(engine):
        check_running(engine)
        check_ending(engine)


def check_images(engine: Engine, base: str | None) -> None:
    """Both images, and what they hold."""
    commit = run(["git", "rev-parse", "HEAD"], ROOT).out.strip() or "unknown"
    began = time.monotonic()
    base = base or engine.base()
    print(f"ok      the base {base} is there, {time.monotonic() - began:.0f} s", flush=True)
    engine.build("stand_in", base, "", with_certificates=False)
    for name, user in USERS.items():
        began = time.monotonic()
        engine.build(name, base, commit)
        told = json.loads(engine.must(["podman", "image", "inspect", f"localhost/{name}:check"]))[0]
        step(f"{name}: built in {time.monotonic() - began:.0f} s, {told['Size'] / 1e6:.0f} MB", True)
        shape = told["Config"]
        step(f"{name}: user {shape['User']}", shape["User"] == user)
        step(f"{name}: commit {commit[:12]}", shape["Labels"]["org.opencontainers.image.revision"] == commit)
        step(f"{name}: a health check is in it", bool(told.get("Healthcheck") or told.get("HealthCheck")), str(shape))
        check_files(engine, name)


def check_files(engine: Engine, name: str) -> None:
    """No compiler, no installer, nothing of the other company, nothing of the list of what is never deployed."""
    here = ["run", "--rm", "--network", "none", "--entrypoint", "sh", f"localhost/{name}:check", "-c"]
    found = engine.podman(*here, "command -v gcc cc c++ g++ clang make pip pip3 uv hatchling; true").out.split()
    step(f"{name}: no compiler and no installer", found == [], " ".join(found))
    other = ({*USERS} - {name}).pop()
    found = engine.podman(*here, f"find / -xdev -path /proc -prune -o -iname '{other}_*' -print").out.split()
    step(f"{name}: nothing of {other}", found == [], " ".join(found[:5]))
    sought = " -o ".join(f"-name '{pattern}'" for pattern in never_deployed() if not pattern.endswith((".pyc", "__")))
    own = f"find /opt/{name}/lib/python3*/site-packages/{name}_* /var/lib/{name}/* /etc/{name} \\( {sought} \\)"
    found = [path for path in engine.podman(*here, f"{own} 2>/dev/null").out.split() if "/keys" not in path]
    step(f"{name}: nothing that is never deployed", found == [], " ".join(found[:5]))


@contextlib.contextmanager
def running(engine: Engine) -> Iterator[None]:
    """All services of compose.yaml, started in its order; removed at the end."""
    engine.must(["env", f"NETWORK={NETWORK}", HERE / "lay_out", engine.settings["SETTINGS"]])
    for name in USERS:
        engine.must(["podman", "tag", f"localhost/{name}:check", f"localhost/{name}:{engine.settings['COMMIT']}"])
    generator = Path(engine.settings["SETTINGS"]) / "generator.json"
    faster = json.loads(generator.read_text())
    faster["signal_generation"]["interval_seconds"] = 1
    generator.write_text(json.dumps(faster))
    try:
        vkey = engine.compose("run", "-T", "--rm", "--no-deps", "generator", "ledger", "key").strip()
        alpine = Path(engine.settings["SETTINGS"]) / "alpine.env"
        alpine.write_text(alpine.read_text().replace("ALPINE_LOG_VKEYS=\n", f"ALPINE_LOG_VKEYS={vkey}\n"))
        start(engine)
        yield
    finally:
        with contextlib.suppress(Refused):
            engine.compose("down", "--volumes", "--timeout", "20")


def start(engine: Engine) -> None:
    """Each as soon as what it depends on is as compose.yaml asks."""
    order = ("alpine-database", "alpine-redis", "alpine-schema", "alpine", "argo-redis", "generator-schema")
    for service in (*order, "executor-argo", "executor-prop-firm", "generator"):
        engine.up(service)
        if service.endswith("-schema"):
            status = engine.podman("wait", container(service)).out.strip()
            step(f"{service}: ended with status {status}", status == "0", status)
        else:
            step(f"{service}: healthy after {engine.wait_healthy(service):.1f} s", True)


def check_running(engine: Engine) -> None:
    """A signal goes all the way; nobody is root, and nothing but the data is written."""
    (signal,) = until(lambda: first_signal(engine)) or ("",)
    step(f"{signal} was published", signal != "", "no signal within three minutes")
    exported = until(lambda: signal in engine.inside("alpine", "alpine", "export", "signals").out)
    step(f"{signal} is at the distributor, in PostgreSQL", bool(exported), "nothing arrived")
    verified = until(lambda: engine.inside("generator", "argo", "verify", signal).status == 0)
    step(f"argo verify {signal}: status 0", bool(verified), engine.inside("generator", "argo", "verify", signal).told)
    audited = engine.inside("alpine", "alpine", "ledger", "audit")
    step("alpine ledger audit: status 0", audited.status == 0, audited.told)
    for service, name in zip(SERVICES, ("alpine", "argo", "argo", "argo"), strict=True):
        who = engine.inside(service, "id", "-u").out.strip()
        step(f"{service}: user {who}, not root", who == USERS[name].partition(":")[0], who)
        refused = engine.inside(service, "touch", f"/opt/{name}/planted").told
        step(
            f"{service}: {refused.rpartition(': ')[2]}", "Read-only file system" in refused, refused or "it was written"
        )
        written = engine.inside(service, "sh", "-c", f"touch /var/lib/{name}/planted && rm /var/lib/{name}/planted")
        step(f"{service}: /var/lib/{name} is written", written.status == 0, written.told)
    backup = engine.inside("alpine", "alpine", "backup")
    step("alpine backup: status 0, by pg_dump", backup.status == 0, backup.told)
    check_apart(engine)


def first_signal(engine: Engine) -> tuple[str, ...]:
    """The oldest of the newest signals, or nothing."""
    said = engine.inside("generator", "argo", "signals", "--json")
    listed = json.loads(said.out)["items"] if said.status == 0 else []
    return tuple(str(each["sealed"]["signal"]["signal_id"]) for each in listed[-1:])


def check_apart(engine: Engine) -> None:
    """The prop firm's executor reaches the generator and nobody else."""
    reached = {f"{NETWORK}.4.10 7999": True, f"{NETWORK}.1.20 9001": False, f"{NETWORK}.3.20 7999": False}
    others = dict.fromkeys((f"{NETWORK}.0.10 5432", f"{NETWORK}.2.11 6379"), False)
    for place, wanted in {**reached, **others}.items():
        done = engine.inside("executor-prop-firm", "python", "-c", CONNECTS, *place.split()).status == 0
        step(f"executor-prop-firm {'reaches' if wanted else 'does not reach'} {place}", done == wanted, str(done))


def check_ending(engine: Engine) -> None:
    """SIGTERM ends each in good order."""
    for service in reversed(SERVICES):
        began = time.monotonic()
        engine.must(["podman", "stop", "--time", "30", container(service)])
        status = engine.must(["podman", "inspect", "--format", "{{.State.ExitCode}}", container(service)]).strip()
        step(f"{service}: SIGTERM, status {status} after {time.monotonic() - began:.1f} s", status == "0", status)


def free_ports(count: int) -> list[str]:
    """Ports of this machine that nobody listens at."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [str(each.getsockname()[1]) for each in sockets]


if __name__ == "__main__":
    sys.exit(main())
