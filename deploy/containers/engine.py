"""buildah, podman and podman-compose with a storage of their own, and a base where there is no registry of images."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.commands import Said, run
from deploy.errors import Refused

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "deploy" / "containers"
PROJECT = "signals-check"
PROGRAMS = {"buildah": "buildah", "podman": "podman", "runc": "runc", "openssl": "openssl"}
POLL_SECONDS = 0.5
READY_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """`folder`: everything that the programs write. `certificates`: a folder that the builder sees in place of the
    base's, None for none. `settings`: what compose.yaml is told."""

    folder: Path
    certificates: Path | None
    settings: Mapping[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Write the programs' own configuration. Raises Refused where one of them is missing."""
        missing = [package for name, package in PROGRAMS.items() if shutil.which(name) is None]
        if missing or not self._compose().exists():
            raise Refused(f"missing: {' '.join(missing) or 'podman-compose'}: apt-get install {' '.join(PROGRAMS)}, "
                          "and run this by `make containers`")  # fmt: skip
        files, processes = (resource.getrlimit(each)[0] for each in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
        limits = [f"nofile={_limit(files, 65_536)}", f"nproc={_limit(processes, 4_096)}"]
        (self.folder / "cni").mkdir(parents=True)
        (self.folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{self.folder}/storage"\nrunroot = "{self.folder}/run"\n'
        )
        (self.folder / "containers.conf").write_text(
            f'[containers]\ndefault_ulimits = {json.dumps(limits)}\n[engine]\nruntime = "runc"\n'
            f'[network]\nnetwork_config_dir = "{self.folder}/cni"\n'
        )

    def environment(self) -> dict[str, str]:
        """That of this process, with the storage, the programs' configuration and the settings."""
        own = {
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
        }
        return {**os.environ, **own, **self.settings}

    def base(self) -> str:
        """The name of a base made of the distribution's own packages: Debian 12 with Python, nothing else."""
        tree, packed = self.folder / "base", self.folder / "base.tar"
        words = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", "bookworm"]
        self.must([*words, tree])
        self.must(["tar", "--create", "--file", packed, "--directory", tree, "--exclude=./var/cache/apt/archives", "."])
        self.must(["podman", "import", packed, "localhost/base:check"])
        shutil.rmtree(tree)
        packed.unlink()
        return "localhost/base:check"

    def build(self, name: str, base: str, commit: str, *, with_certificates: bool = True) -> None:
        """`deploy/containers/NAME.Containerfile` as `localhost/NAME:check`."""
        mounted = self.certificates if with_certificates else None
        seen = [] if mounted is None else ["--volume", f"{mounted}:/etc/ssl/certs:ro"]
        told = ["--build-arg", f"BASE={base}", *([] if commit == "" else ["--build-arg", f"COMMIT={commit}"])]
        words = ["buildah", "bud", "--isolation", "chroot", "--format", "docker", *seen, *told]
        self.must([*words, "--file", HERE / f"{name}.Containerfile", "--tag", f"localhost/{name}:check", ROOT])

    def podman(self, *words: str | Path) -> Said:
        """What podman said."""
        return run(["podman", *words], ROOT, self.environment())

    def compose(self, *words: str) -> str:
        """What podman-compose wrote. Raises Refused."""
        file = ["--project-name", PROJECT, "--in-pod", "false", "--file", str(HERE / "compose.yaml")]
        return self.must([self._compose(), *file, *words])

    def must(self, words: list[str | Path]) -> str:
        """What a program wrote. Raises Refused with its last word."""
        said = run(words, ROOT, self.environment())
        if said.status != 0:
            raise Refused(f"{' '.join(str(word) for word in words)[:200]}: {said.told}")
        return said.out

    def inside(self, service: str, *words: str) -> Said:
        """A program within a service's container."""
        return self.podman("exec", container(service), *words)

    def up(self, service: str) -> None:
        """One service by itself: older versions of podman neither wait for health nor start what depends on a chain."""
        self.compose("up", "--detach", "--no-deps", service)

    def wait_healthy(self, service: str) -> float:
        """Seconds until the image's or the service's own health check passes. Raises Refused after two minutes."""
        began = time.monotonic()
        while time.monotonic() - began < READY_SECONDS:
            if self.podman("healthcheck", "run", container(service)).status == 0:
                return time.monotonic() - began
            time.sleep(POLL_SECONDS)
        raise Refused(f"{service} is not healthy: {self.podman('logs', '--tail', '3', container(service)).told}")

    def _compose(self) -> Path:
        return Path(sys.executable).with_name("podman-compose")


def container(service: str) -> str:
    """The name that podman-compose gives."""
    return f"{PROJECT}_{service}_1"


def _limit(own: int, most: int) -> str:
    """No more than this process may have: without CAP_SYS_RESOURCE nobody is given more."""
    each = most if own == resource.RLIM_INFINITY else min(own, most)
    return f"{each}:{each}"
