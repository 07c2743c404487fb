"""The guide's steps, followed; what an operator fills in with his own hands stands here."""

from __future__ import annotations

from pathlib import Path

from deploy.commands import run
from deploy.errors import Refused
from deploy.steps import note, step
from tests.machine.guide import commands
from tests.machine.nspawn import Machine

ROOT = Path(__file__).resolve().parents[2]
EXECUTORS = ("argo", "prop_firm")
KEYS = """
key=$(openssl rand -hex 32)
shared=$(openssl rand -hex 32)
sed -i "s#^ARGO_API_KEY=.*#ARGO_API_KEY=$key#; s#^ARGO_DISTRIBUTION_KEY=.*#ARGO_DISTRIBUTION_KEY=$shared#" \
    /etc/argo/generator.env
"""
PINS = """
key=$(sed -n 's/^ARGO_API_KEY=//p' /etc/argo/generator.env)
sed -i "s#^ARGO_API_KEY=.*#ARGO_API_KEY=$key#; s#^ALPINE_SECRET_KEY=.*#ALPINE_SECRET_KEY=$(openssl rand -hex 32)#" \
    /etc/alpine/alpine.env
sed -i "s#^ALPINE_LOG_VKEYS=.*#ALPINE_LOG_VKEYS={vkey}#" /etc/alpine/alpine.env
"""
CERTIFICATE = """
install -d /etc/nginx/certificates
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=signals.example.com \
    -keyout /etc/nginx/certificates/alpine.key -out /etc/nginx/certificates/alpine.pem 2>/dev/null
"""
# The tests of a commit are CI's here, and the watch is as long as a look needs.
GATES = r"""
sed -i 's#^\(tests\|lint\|quality\) = .*#\1 = "true"#; s#^watch_seconds = .*#watch_seconds = 10#' /etc/*/deploy.toml
"""
SHARED_KEY = """
key=$(sed -n 's/^ARGO_DISTRIBUTION_KEY=//p' /etc/argo/generator.env)
sed -i "s#^ARGO_DISTRIBUTION_KEY=.*#ARGO_DISTRIBUTION_KEY=$key#" /etc/argo/executor-{name}.env
"""
ACCOUNTS = {
    "argo": "sed -i 's#^ALPACA_API_KEY=.*#ALPACA_API_KEY=SIMULATED-1#' /etc/argo/executor-argo.env\n",
    "prop_firm": r"""
sed -i 's#^ALPACA_API_KEY=.*#PROP_FIRM_API_KEY=SIMULATED-2#; s#^ALPACA_SECRET#PROP_FIRM_SECRET#
    s#executor-argo#executor-prop_firm#; s#argo-argo#argo-prop_firm#' /etc/argo/executor-prop_firm.env
sed -i 's#"id": "argo"#"id": "prop_firm"#; s#8010#8011#; s#^  "trading"#  "prop_firm": {"enabled": true},\n&#' \
    /etc/argo/executor-prop_firm.json
""",
}


def lay_out(machine: Machine) -> None:
    """Steps 1 to 3, for both: users, settings, units and the web server. Raises Refused."""
    repository = machine.tree / "root" / "repository.git"
    cloned = run(["git", "clone", "--quiet", "--bare", ROOT, repository], ROOT)
    if cloned.status != 0:
        raise Refused(f"git clone: {cloned.told}")
    machine.must(commands(1, "/var/lib/argo").replace("REPOSITORY", "/root/repository.git"))
    machine.must(commands(1, "/var/lib/alpine") + "\n" + commands(1, "createuser"))
    step("step 1: users, folders, a database and a checkout", True)
    machine.must(commands(2, "generator.env.example") + KEYS)
    vkey = machine.must(commands(2, "ledger key")).strip().splitlines()[-1]
    machine.must(commands(2, "alpine.env.example").replace("install", "cd /srv/source/deploy\ninstall", 1))
    machine.must(PINS.replace("{vkey}", vkey) + GATES)
    step(f"step 2: settings, and the key of the log: {vkey}", True)
    machine.must(CERTIFICATE)
    for naming in ("argo-sides", "alpine-sides"):
        machine.must("cd /srv/source/deploy\n" + commands(3, naming))
    step("step 3: units, and nginx takes its configuration", True)


def order(machine: Machine, entity: str, *words: str) -> str:
    """What `deploy/run` said. Raises Refused."""
    return machine.must(f"cd /srv/source\ndeploy/run --plan /etc/{entity}/deploy.toml {' '.join(words)}")


def first_release(machine: Machine, entity: str) -> None:
    """Step 4, for one of the two. Raises Refused."""
    commit = machine.must("git -C /srv/source rev-parse HEAD").strip()
    text = commands(4, "deploy --confirm").replace("/etc/argo/", f"/etc/{entity}/").replace("COMMIT", commit)
    lines = machine.must(text).splitlines()
    tell(entity, lines)
    whole = any(line.startswith("blue: active") and line.endswith("whole") for line in lines)
    step(f"step 4: the first release of {entity} is active", whole, lines[-1])


def tell(entity: str, lines: list[str]) -> None:
    """What `deploy/run` printed of a deployment, without the gates that are left out here."""
    for line in lines:
        if not line.endswith("true: status 0"):
            note(f"{entity}: {line}")


def start_executors(machine: Machine) -> None:
    """Step 5, for both executors; then the generator is told of them. Raises Refused."""
    before, start, rest = commands(5, "argo-executor@argo").partition("systemctl")
    for name in EXECUTORS:
        own = before.replace("argo-argo", f"argo-{name}").replace("/executor-argo", f"/executor-{name}")
        filled = SHARED_KEY.replace("{name}", name) + ACCOUNTS[name]
        machine.must(own + filled + start + rest.replace("@argo", f"@{name}"))
        step(f"step 5: executor {name} works", True)
    machine.must(
        """sed -i 's#"distribute_to": \\[\\]#"distribute_to": ["argo", "prop_firm"]#' /etc/argo/generator.json
        systemctl restart argo-generator@blue"""
    )
