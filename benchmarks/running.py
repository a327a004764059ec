"""`aligner serve` with the real model, in processes of its own, for the measurements of the service."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Running", "free_port", "running"]

ROOT = Path(__file__).parents[1]
READY_SECONDS = 300


@dataclass
class Running:
    """A service that is ready: its master process and its port."""

    process: subprocess.Popen[bytes]
    port: int

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        pids = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "pid="], capture_output=True, text=True)
        return [int(pid) for pid in pids.stdout.split()]

    def memory(self) -> str:
        """Return the proportional set size of the master and each worker, in MB (Linux)."""
        sizes = []
        for pid in [self.process.pid, *self.workers()]:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            sizes.append(next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024)
        return " + ".join(map(str, sizes)) + " MB"

    def cpu_seconds(self) -> float:
        """Return the processor time of the workers so far (Linux)."""
        ticks = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(corpus: Path, *, workers: int, port: int | None = None, log: Path | None = None) -> Iterator[Running]:
    """Serve a corpus while inside, one thread a worker for the encoder; yield it once it is ready.

    Raises SystemExit where it does not get ready.
    """
    chosen = port or free_port()
    options = ["--corpus", str(corpus), "--port", str(chosen), "--workers", str(workers), "--threads", "1"]
    with log.open("ab") if log else tempfile.TemporaryFile() as out:
        command = [sys.executable, "-m", "aligner", "serve", *options]
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        try:
            limit = time.monotonic() + READY_SECONDS
            while not _is_ready(chosen):
                if time.monotonic() > limit or server.poll() is not None:
                    raise SystemExit(f"the service did not get ready; its log: {log or 'give --log'}")
                time.sleep(0.2)
            yield Running(server, chosen)
        finally:
            server.terminate()
            server.wait()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/ready", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
