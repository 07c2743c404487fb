"""The container files, read without a container program: what enters an image, who it is, who reaches it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from alpine_web.settings import load_settings as alpine_settings
from argo_server.settings import load_settings as argo_settings
from argo_server.settings.environment import OVERRIDES
from deploy.programs import PROGRAMS
from deploy.release import never_deployed
from tests.deploy.front import ROOT

HERE = ROOT / "deploy" / "containers"
COMPANIES = ("argo", "alpine")
OTHER = {"argo": "alpine", "alpine": "argo"}
ARGO_SERVICES = {"generator-schema", "generator", "executor-argo", "executor-prop-firm"}
ALPINE_SERVICES = {"alpine-schema", "alpine"}
OF_LIBRARIES = {"REDIS_URL", "FORWARDED_ALLOW_IPS", "PATH", "HOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
Instruction = tuple[str, str]


def stages(company: str) -> list[list[Instruction]]:
    """The instructions of each stage, continued lines joined; those before the first FROM are left out."""
    text = (HERE / f"{company}.Containerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines()
    found: list[list[Instruction]] = []
    for name, _, rest in (line.partition(" ") for line in joined if line.strip()):
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, rest.strip()))
    return found


def said(stage: list[Instruction], name: str) -> list[str]:
    return [rest for each, rest in stage if each == name]


def copied(company: str) -> list[str]:
    """What comes from the checkout; each goes to the same place."""
    words = [rest.split() for stage in stages(company) for rest in said(stage, "COPY") if "--from" not in rest]
    return [source for each in words for source in each[:-1]]


@pytest.mark.parametrize("company", COMPANIES)
def test_an_image_is_made_of_its_company_s_files_and_no_other(company: str) -> None:
    program = PROGRAMS[company]
    migrations = program.migrations.rpartition("/")[0]
    pins = {"requirements/bootstrap.txt", "requirements/build.txt", *program.requirements}
    assert set(copied(company)) == {*program.distributions, migrations, *pins}
    assert [source for source in copied(company) if not (ROOT / source).exists()] == []
    assert OTHER[company] not in (HERE / f"{company}.Containerfile").read_text().lower()


def test_the_builder_is_shown_what_is_copied_and_nothing_that_is_never_deployed() -> None:
    lines = [line for line in (ROOT / ".containerignore").read_text().splitlines() if line and line[0] != "#"]
    begin = lines.index("**/tests")
    assert lines[0] == "*"
    assert lines[begin:] == [f"**/{pattern}" for pattern in never_deployed()]
    shown = {line[1:] for line in lines[1:begin] if line.startswith("!")}
    folders = {source for company in COMPANIES for source in copied(company) if not source.endswith(".txt")}
    assert shown == {*folders, "requirements/*.txt", "deploy/containers/stand_in"}
    assert (ROOT / ".dockerignore").resolve() == ROOT / ".containerignore"


@pytest.mark.parametrize("company", COMPANIES)
def test_every_package_that_is_installed_is_pinned_with_its_hash(company: str) -> None:
    for source in (one for one in copied(company) if one.endswith(".txt")):
        pins = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", (ROOT / source).read_text(), flags=re.MULTILINE))
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    commands = [each for stage in stages(company) for run in said(stage, "RUN") for each in run.split("&&")]
    installed = [each for each in commands if "pip install" in each]
    named = [re.findall(r"-r (\S+)", each) for each in installed if "--require-hashes" in each]
    assert {file for each in named for file in each} == {one for one in copied(company) if one.endswith(".txt")}
    assert [each.split()[-1] for each in installed if "--require-hashes" not in each] == ["wheels/*.whl"]
    assert "--offline --no-deps wheels/*.whl" in installed[-1]


@pytest.mark.parametrize("company", COMPANIES)
def test_an_image_runs_its_program_as_nobody_and_is_ended_by_sigterm(company: str) -> None:
    _, final = stages(company)
    (user,) = said(final, "USER")
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)
    assert final.index(("USER", user)) > max(place for place, each in enumerate(final) if each[0] in ("RUN", "COPY"))
    assert [json.loads(rest) for rest in said(final, "ENTRYPOINT")] == [[company]]
    assert json.loads(said(final, "CMD")[0])[0] == "serve"
    assert said(final, "STOPSIGNAL") == ["SIGTERM"]
    assert [json.loads(rest) for rest in said(final, "VOLUME")] == [[f"/var/lib/{company}"]]
    (health,) = said(final, "HEALTHCHECK")
    assert json.loads(health.partition("CMD ")[2])[0] == "python"
    assert "/health" in health
    assert 'org.opencontainers.image.revision="${COMMIT}"' in said(final, "LABEL")[0]


@pytest.mark.parametrize("company", COMPANIES)
def test_no_secret_and_no_compiler_is_in_a_layer(company: str) -> None:
    build, final = stages(company)
    told = [rest for stage in (build, final) for name in ("ARG", "ENV") for rest in said(stage, name)]
    names = [name for rest in told for name in re.findall(r"\b([A-Z_]{3,})\b(?==|$)", rest)]
    assert names != []
    assert [name for name in names if re.search(r"SECRET|PASSWORD|TOKEN|API_KEY", name)] == []
    assert said(final, "ARG")[0] == "SYSTEM_PACKAGES=postgresql-client"
    assert [rest for rest in said(final, "COPY") if not rest.startswith("--from=build /opt/")] == []
    assert said(build, "RUN") != []
    assert not any(word in run for run in said(final, "RUN") for word in ("gcc", "build-essential", "-dev", "pip "))


@pytest.fixture(scope="module", name="settings")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("containers") / "settings"
    lay_out = [HERE / "lay_out", folder]
    environment = {name: value for name, value in os.environ.items() if name != "NETWORK"}
    subprocess.run(lay_out, capture_output=True, check=True, timeout=30, env=environment)
    again = subprocess.run(lay_out, capture_output=True, text=True, check=False, timeout=30)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    return folder


@pytest.fixture(scope="module", name="compose")
def compose_file(settings: Path) -> dict[str, Any]:
    """compose.yaml as its reader has it: anchors and variables put in."""
    told = variables(settings / "compose.env")

    def value(found: re.Match[str]) -> str:
        name, how, otherwise = found.group(1), found.group(2), found.group(3)
        assert how != ":?" or name in told
        return told.get(name, otherwise or "")

    text = re.sub(r"\$\{(\w+)(:-|:\?)?([^}]*)\}", value, (HERE / "compose.yaml").read_text())
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def variables(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def environment_of(service: dict[str, Any], company: str) -> dict[str, str]:
    """What a process of the service sees: the image's, then the file's, then that of compose.yaml."""
    image = dict(re.findall(r"(\w+)=(\S+)", said(stages(company)[-1], "ENV")[0]))
    files = [variables(Path(file)) for file in service.get("env_file", [])]
    return {**image, **{k: v for file in files for k, v in file.items()}, **service.get("environment", {})}


def test_every_program_takes_the_settings_that_are_laid_out_for_it(compose: dict[str, Any], settings: Path) -> None:
    key = variables(settings / "generator.env")["ARGO_API_KEY"]
    for name in sorted(ARGO_SERVICES):
        given = environment_of(compose["services"][name], "argo")
        mounted = [each.split(":") for each in compose["services"][name]["volumes"] if ".json:" in each]
        ((file, inside, rights),) = mounted
        assert (inside, rights) == (given["ARGO_CONFIG"], "ro")
        unknown = set(given) - set(OVERRIDES) - OF_LIBRARIES
        assert [each for each in sorted(unknown) if not named_in_settings(each, "argo_server")] == []
        taken = argo_settings({**given, "ARGO_CONFIG": file})
        assert len(taken.file.server.console_password) == 64
        assert taken.database_url.startswith("sqlite+aiosqlite:////var/lib/argo/")
    for name in sorted(ALPINE_SERVICES):
        given = environment_of(compose["services"][name], "alpine")
        unknown = set(given) - OF_LIBRARIES
        assert [each for each in sorted(unknown) if not named_in_settings(each, "alpine_web")] == []
        assert alpine_settings({**given, "ALPINE_HOST": "0.0.0.0"}).provider_keys == (key,)


def named_in_settings(variable: str, package: str) -> bool:
    files = (ROOT / "apps" / package / "src" / package / "settings").glob("*.py")
    return any(f'"{variable}"' in file.read_text() for file in files)


def test_every_address_that_is_told_is_that_of_who_listens_there(compose: dict[str, Any], settings: Path) -> None:
    services = compose["services"]
    addresses = {
        (each["ipv4_address"], name) for name, service in services.items() for each in service["networks"].values()
    }
    told = {
        "alpine": services["generator"]["environment"]["ALPINE_API_URL"],
        "alpine-database": variables(settings / "alpine.env")["ALPINE_DATABASE_URL"].replace("@", "//"),
        "alpine-redis": services["alpine"]["environment"]["REDIS_URL"],
        "argo-redis": services["generator"]["environment"]["REDIS_URL"],
        "generator": json.loads((settings / "executor-argo.json").read_text())["executor"]["signal_source_url"],
    }
    executors = json.loads((settings / "generator.json").read_text())["distribution"]["executors"]
    told |= {"executor-argo": executors["argo"], "executor-prop-firm": executors["prop_firm"]}
    for name, address in told.items():
        (host,) = re.findall(r"//([\d.]+)", address)[-1:]
        assert (host, name) in addresses
    assert len({address for address, _ in addresses}) == len(addresses)


def test_only_this_machine_reaches_what_is_published(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(published) == {"alpine", "generator", "executor-argo", "executor-prop-firm"}
    assert [port for each in published.values() for port in each if not port.startswith("127.0.0.1:")] == []


def test_the_prop_firm_s_executor_shares_a_network_with_the_generator_alone_and_no_folder(
    compose: dict[str, Any], settings: Path
) -> None:
    services = compose["services"]
    own = services["executor-prop-firm"]
    (network,) = own["networks"]
    sharing = {name for name, service in services.items() if network in service["networks"]}
    assert sharing == {"executor-prop-firm", "generator"}
    own_folders = sources(own)
    others = [sources(service) for name, service in services.items() if name != "executor-prop-firm"]
    assert len(own_folders) == 2
    assert [shared for folders in others if (shared := folders & own_folders)] == []
    keys = variables(settings / "executor-prop_firm.env")
    assert keys["PROP_FIRM_API_KEY"] == "SIMULATED-prop_firm"
    assert not any(name.startswith("ALPACA") for name in keys)
    assert keys["ARGO_CONSOLE_PASSWORD"] != variables(settings / "executor-argo.env")["ARGO_CONSOLE_PASSWORD"]
    assert all(each["driver_opts"] == {"isolate": "true"} for each in compose["networks"].values())


def sources(service: dict[str, Any]) -> set[str]:
    """The volumes and files that a service is given."""
    return {each.split(":")[0] for each in service.get("volumes", [])}


def test_every_process_of_ours_has_a_read_only_root_no_capability_and_no_new_privilege(compose: dict[str, Any]) -> None:
    for name in sorted(ARGO_SERVICES | ALPINE_SERVICES | {"alpine-redis", "argo-redis"}):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["stop_grace_period"] == "30s"


def test_nobody_starts_before_what_it_needs_is_well(compose: dict[str, Any]) -> None:
    order = {name: service.get("depends_on", {}) for name, service in compose["services"].items()}
    conditions = {name: {who: each["condition"] for who, each in needs.items()} for name, needs in order.items()}
    assert conditions["generator"] == {
        "argo-redis": "service_healthy",
        "generator-schema": "service_completed_successfully",
        "alpine": "service_healthy",
        "executor-argo": "service_healthy",
        "executor-prop-firm": "service_healthy",
    }
    assert conditions["alpine-schema"] == {"alpine-database": "service_healthy"}
    assert conditions["alpine"]["alpine-schema"] == "service_completed_successfully"


def test_secrets_are_laid_out_for_their_owner_only_and_each_is_fresh(settings: Path) -> None:
    secret = sorted(path.name for path in settings.iterdir() if path.suffix != ".json")
    assert [name for name in secret if (settings / name).stat().st_mode & 0o077] == []
    assert [path.name for path in settings.glob("*.json") if not path.stat().st_mode & 0o004] == []
    texts = "".join((settings / name).read_text() for name in secret)
    found = re.findall(r"[0-9a-f]{64}", texts)
    assert len(found) == 14
    assert len(set(found)) == 10  # the database's password, the key of deliveries and that of executors are shared
