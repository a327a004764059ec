"""What README.md and docs/ show is what happens: console snippets run, in order, on a corpus of their own."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READY_SECONDS = 180
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.S | re.M)

pytestmark = pytest.mark.model


def snippets(document: str) -> list[tuple[str, list[str]]]:
    """Return each command of a document with the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall((ROOT / document).read_text("utf-8")):
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


def run(document: str, folder: Path, settings: dict[str, str]) -> None:
    """Run a document's commands in a folder; what it exports is there for those behind it."""
    commands = snippets(document)
    assert len(commands) >= 4
    for command, shown in commands:
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            settings.setdefault(name, value)
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=settings, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode in {0, 1}, f"{command}: {done.stderr}"
        assert fits(shown, done.stdout.splitlines()), f"{command} printed:\n{done.stdout}\nshown:\n" + "\n".join(shown)


@contextlib.contextmanager
def served(settings: dict[str, str]) -> Iterator[str]:
    """Run the service over the corpus that the README's commands have made; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "aligner", "serve", "--port", str(port)], env=settings)
    try:
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit and server.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/ready"):
                yield f"http://127.0.0.1:{port}"
                return
            time.sleep(0.2)
        raise AssertionError("the service did not get ready")
    finally:
        server.terminate()
        server.wait(60)


def test_snippets_do_what_they_show(tmp_path: Path) -> None:
    for name in ("seeds", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    settings = {**os.environ, "ALIGNER_CORPUS": str(tmp_path / "corpus"), "PATH": path}
    run("README.md", tmp_path, settings)
    with served(settings) as address:
        run("docs/translation.md", tmp_path, settings | {"URL": address})


def test_the_tables_name_every_command_and_setting() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    from aligner.commands import COMMANDS

    for command in COMMANDS:
        assert f"`aligner {command}" in text, command
    sources = [path.read_text("utf-8") for folder in ("aligner", "service") for path in (ROOT / folder).glob("*.py")]
    for setting in sorted(set(re.findall(r"ALIGNER_[A-Z_]+[A-Z]", "\n".join(sources)))):
        assert f"`{setting}`" in text, setting
