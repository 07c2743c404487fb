"""A private nginx with the configuration of this repository: only names, addresses and paths are its own."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy" / "nginx"
MAIN = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 8192; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    {includes}
}}
"""


def nginx() -> str | None:
    """The program, None where the package nginx-light is missing."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def write_front(folder: Path, ports: Mapping[str, int], names: tuple[str, ...]) -> Path:
    """The main file that includes the configurations of these entities; `ports` replace the numbers they name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*(f"{each}.conf" for each in names), "proxied.conf"):
        text = (FILES / name).read_text("utf-8").replace("/etc/nginx/", f"{folder}/")
        for wanted, port in ports.items():
            text = text.replace(f"listen {wanted}", f"listen 127.0.0.1:{port}")
        (folder / name).write_text(text, "utf-8")
    main = folder / "nginx.conf"
    includes = "\n    ".join(f"include {folder}/{each}.conf;" for each in names)
    # As root its workers would be somebody else, who may not read a test's folder.
    user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
    main.write_text(MAIN.format(folder=folder, includes=includes, user=user))
    return main


def words(main: Path) -> list[str]:
    """The command that works on this configuration."""
    return [str(nginx()), "-p", str(main.parent), "-e", str(main.parent / "error.log"), "-c", str(main)]


def make_certificate(folder: Path) -> None:
    """A key and a certificate of an hour, where the configuration looks for them."""
    place = folder / "certificates"
    place.mkdir(parents=True)
    asked = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(place / "alpine.key"), "-out", str(place / "alpine.pem")]
    subprocess.run([*asked, "-days", "1", "-subj", "/CN=signals.example.com", *files], check=True, capture_output=True)


def start_front(main: Path) -> None:
    """Returns when its master runs."""
    subprocess.run(words(main), check=True, capture_output=True, timeout=20)
    until = time.monotonic() + 20
    while not (main.parent / "nginx.pid").exists():
        assert time.monotonic() < until
        time.sleep(0.01)


def stop_front(main: Path) -> None:
    """Ends at once."""
    subprocess.run([*words(main), "-s", "stop"], check=False, capture_output=True, timeout=20)
