"""The command that answers over HTTP."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

__all__ = ["serve"]


def serve(args: Namespace) -> int:
    """Become the web server."""
    os.environ["ALIGNER_CORPUS"] = str(args.corpus)
    if args.model:
        os.environ["ALIGNER_MODEL"] = args.model
    if args.threads:
        os.environ["ALIGNER_THREADS"] = str(args.threads)
    options = [
        "--no-control-socket",
        "--bind",
        f"{args.host}:{args.port}",
        "--workers",
        str(args.workers),
        "--threads",
        "8",
    ]
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", *options, "service:create_app()"]
    sys.stdout.flush()
    os.execv(sys.executable, command)
