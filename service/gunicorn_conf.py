"""How gunicorn runs the service: `gunicorn -c python:service.gunicorn_conf "service:create_app()"`, as `aligner serve`.

The first worker answers 503 while its model loads. Later ones, and those that follow a killed one, load it before they
take a request, so that a client never meets a worker that is not ready beside one that is. The model is loaded
after the fork: PyTorch and FAISS do not promise to work in a child of a process that has used them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aligner.errors import SettingsError
from service.logs import logging_config
from service.settings import Settings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

RUN_FOLDER = "story-aligner-"  # of what the workers share: counts of requests, numbers for Prometheus
STALE_SECONDS = 600  # since a worker began, after which a folder without a master is nobody's
SWITCH_SECONDS = 0.0005
PR_SET_PDEATHSIG = 1
SHARED = "PROMETHEUS_MULTIPROC_DIR"

try:
    _settings = Settings.from_environment()
except SettingsError as error:
    sys.exit(f"aligner: {error}")

bind = [f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"]
workers = _settings.workers
worker_class = "gthread"
threads = _settings.worker_threads
timeout = 120  # without a sign of life of a worker, which loads its model in that time too
graceful_timeout = _settings.graceful_seconds
keepalive = 15
limit_request_line = 8190  # the most it takes: Weblate sends 500 characters of any script, percent-encoded
control_socket_disable = True
logconfig_dict = logging_config(_settings.log_level)
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a slow disk is no sign of death


def on_starting(server: Arbiter) -> None:
    """Refuse to be reachable without keys, and make the folder that the workers share."""
    try:
        for address in server.address:
            _settings.check_listening(address[0] if isinstance(address, tuple) else "")
    except SettingsError as error:
        sys.exit(f"aligner: {error}")
    _remove_stale_folders()
    os.environ[SHARED] = tempfile.mkdtemp(prefix=f"{RUN_FOLDER}{os.getpid()}-")


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Have the kernel tell a worker to end when its master is killed, where it can (Linux, prctl(2)).

    Left to itself it goes on answering on the connections that clients keep open, for all of graceful_timeout, beside
    the service that was started in its place.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def post_worker_init(worker: Worker) -> None:
    """Let a worker load its model before it takes requests, but for the first, which says that it loads.

    The encoder asks for the interpreter a thousand times a text, and would wait 5 ms each time that another thread has
    it: in between it is to get it sooner.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    runtime: Any = getattr(worker.wsgi, "extensions", {}).get("runtime")
    if worker.age > 1 and runtime is not None:
        runtime.settled.wait(timeout / 2)


def child_exit(server: Arbiter, worker: Worker) -> None:
    """Take what a worker was doing out of the numbers; what it has done stays."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Arbiter) -> None:
    """Remove the folder that the workers shared."""
    if folder := os.environ.get(SHARED):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_stale_folders() -> None:
    """Remove what masters left that were killed; not at once, since their workers may still answer."""
    for folder in Path(tempfile.gettempdir()).glob(f"{RUN_FOLDER}*"):
        process = folder.name.removeprefix(RUN_FOLDER).partition("-")[0]
        with contextlib.suppress(OSError):
            is_old = time.time() - folder.stat().st_mtime > STALE_SECONDS
            if process.isdigit() and is_old and not Path(f"/proc/{process}").exists():
                shutil.rmtree(folder, ignore_errors=True)
