"""The demo's own strategy over the demo's own period, after costs, beside what it is held against.

python -m examples.demo_strategy            prints the report
python -m examples.demo_strategy --write    writes it into docs/explanation/demo-strategy.md
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "examples" / "demo" / "config.json"
PAGE = ROOT / "docs" / "explanation" / "demo-strategy.md"
TITLE = "The demo's own strategy"
BEGIN, END = "<!-- printed -->\n", "<!-- end -->\n"


def command() -> list[str]:
    """The command line, with symbols and period of the demo."""
    settings = json.loads(CONFIG.read_text("utf-8"))
    symbols, replay = settings["signal_generation"]["symbols"], settings["replay"]
    period = ["--from", replay["start"], "--to", replay["end"]]
    return ["argo", "backtest", "--symbols", ",".join(symbols), *period, "--report", "--title", TITLE]


def printed() -> str:
    """What the command prints with the demo's settings."""
    program, *words = command()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ARGO_")}
    done = subprocess.run(
        [Path(sys.executable).parent / program, *words],
        env=environment | {"ARGO_CONFIG": str(CONFIG), "ARGO_CACHE_DIR": str(ROOT / "var" / "cache")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def block(output: str) -> str:
    """The part of the page between its marks."""
    words = command()
    lines = [
        "ARGO_CONFIG=examples/demo/config.json \\",
        f"{' '.join(words[:2])} {' '.join(words[2:4])} \\",
        f'  {" ".join(words[4:-1])} "{words[-1]}"',
    ]
    shown = "".join(f"    {line}\n" for line in lines)
    return f"{BEGIN}\n{shown}\n```text\n{output}```\n\n{END}"


def page_with(page: str, output: str) -> str:
    """The page with this output in the place of the old one."""
    before, _, rest = page.partition(BEGIN)
    return before + block(output) + rest.partition(END)[2]


def main() -> None:
    """Prints, or writes the page."""
    output = printed()
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page_with(PAGE.read_text("utf-8"), output), "utf-8")
    else:
        print(output, end="")


if __name__ == "__main__":
    main()
