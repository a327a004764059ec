"""What docs/api.md shows is what happens: its examples run, in order, against a service with the real model."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from served import serving
from test_readme import fits, snippets

SHOWN = "http://127.0.0.1:8000"

pytestmark = pytest.mark.model


def test_examples_do_what_they_show(tmp_path: Path) -> None:
    commands = snippets("docs/api.md")
    assert len(commands) > 15
    with serving(tmp_path, app="service:create_app()") as served:
        script = "\n".join(f"{command.replace(SHOWN, served.address)}\necho; echo {MARK}" for command, _ in commands)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=300, check=False)
    printed = done.stdout.split(f"{MARK}\n")[:-1]
    assert len(printed) == len(commands), done.stderr
    for (command, shown), found in zip(commands, printed, strict=True):
        lines = [line for line in found.splitlines() if line]
        assert fits(shown, lines), f"{command} printed:\n{found}\nshown:\n" + "\n".join(shown)


MARK = "-- that was it --"
