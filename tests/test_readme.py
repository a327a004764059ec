"""What README.md shows is what happens: its console snippets run, in order, on a corpus of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.S | re.M)

pytestmark = pytest.mark.model


def snippets() -> list[tuple[str, list[str]]]:
    """Return each command of the README with the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall((ROOT / "README.md").read_text("utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def fits(shown: list[str], printed: list[str]) -> bool:
    """Compare line by line; a shown line "..." stands for any number of lines, and "..." in one for any text."""
    pattern = "\n".join(re.escape(line).replace(r"\.\.\.", ".*") if line != "..." else "(?s:.*)" for line in shown)
    return re.fullmatch(pattern, "\n".join(printed)) is not None


def test_snippets_do_what_they_show(tmp_path: Path) -> None:
    commands = snippets()
    assert len(commands) >= 4
    tools = Path(sys.executable).parent
    settings = {**os.environ, "ALIGNER_CORPUS": str(tmp_path / "corpus"), "PATH": f"{tools}:{os.environ['PATH']}"}
    for command, shown in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode in {0, 1}, f"{command}: {done.stderr}"
        assert fits(shown, done.stdout.splitlines()), f"{command} printed:\n{done.stdout}\nshown:\n" + "\n".join(shown)


def test_the_tables_name_every_command_and_setting() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    from aligner.commands import COMMANDS

    for command in COMMANDS:
        assert f"`aligner {command}" in text, command
    sources = [path.read_text("utf-8") for folder in ("aligner", "service") for path in (ROOT / folder).glob("*.py")]
    for setting in sorted(set(re.findall(r"ALIGNER_[A-Z_]+[A-Z]", "\n".join(sources)))):
        assert f"`{setting}`" in text, setting
