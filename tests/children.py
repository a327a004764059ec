"""Python in a process of its own, which sees this package and the tests' modules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["command", "environment", "permitted", "run"]

HERE = Path(__file__).parent


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment with the paths that a child needs."""
    return os.environ | {"PYTHONPATH": f"{HERE}:{HERE.parent}", "OMP_NUM_THREADS": "1"} | more


def command(code: str, *arguments: object) -> list[str]:
    """Return the command line that runs this code."""
    return [sys.executable, "-c", code, *map(str, arguments)]


def run(code: str, *arguments: object, prefix: Sequence[str] = (), **environ: str) -> subprocess.CompletedProcess[str]:
    """Run code to its end, under `prefix` such as ("unshare", "-n")."""
    return subprocess.run(
        [*prefix, *command(code, *arguments)], env=environment(**environ), capture_output=True, text=True, check=False
    )


def permitted(*prefix: str) -> bool:
    """Say whether commands can be run under this prefix here."""
    try:
        return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
