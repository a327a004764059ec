"""The command that answers over HTTP."""

from __future__ import annotations

import argparse
import os
import sys
from argparse import ArgumentParser, Namespace

__all__ = ["add_serve_parser", "serve"]

DEFAULT_CORPUS = "indexes/default"  # where nothing is said, the settings decide
GUNICORN = ("-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service:create_app()")


def add_serve_parser(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner serve`; what is not given here is the settings'."""
    parser = commands.add_parser("serve", parents=[common], help="answer over HTTP")
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="default: 8000; 0 takes a free one")
    parser.add_argument("--workers", help="processes, each with the model (default: 1)")
    parser.add_argument("--without-keys", action="store_true", help="listen beyond this machine without API keys")


def serve(args: Namespace) -> int:
    """Become the web server. Raises SettingsError."""
    from service.settings import Settings

    given = {
        "CORPUS": None if str(args.corpus) == DEFAULT_CORPUS else args.corpus,
        "MODEL": args.model,
        "THREADS": args.threads,
        "LANGUAGES": ",".join(args.languages) if args.languages else None,
        "HOST": args.host,
        "PORT": args.port,
        "WORKERS": args.workers,
        "WITHOUT_KEYS": "yes" if args.without_keys else None,
    }
    os.environ |= {f"ALIGNER_{name}": str(value) for name, value in given.items() if value is not None}
    settings = Settings.from_environment()
    settings.check_listening(settings.host)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *GUNICORN])
