"""Whether the process that began something still lives, whoever asks on the same machine."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["is_alive", "own_mark"]

PROC = Path("/proc")
START = 19  # of the fields behind the name in /proc/PID/stat: when it started; a number is used again, this is not


def own_mark() -> str:
    """Return what tells this process from all others that ever run here."""
    return _mark(os.getpid())


def is_alive(mark: str) -> bool:
    """Say whether the process of that mark runs."""
    pid = mark.partition("-")[0]
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    return _mark(int(pid)) == mark


def _mark(pid: int) -> str:
    """Return number, start and boot; the number alone where there is no /proc."""
    try:
        start = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[START]
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(pid)
    return f"{pid}-{start}-{boot}"
