"""Start the service, ask it one question, and keep it running until Ctrl-C: what `make run` does."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

QUESTION = "A painting by Joost Verhelm was stolen from the Halberg Museum in Luxembourg on Sunday night."
TARGET = "fr"
READY_SECONDS = 120
SHOWN = 3


def main() -> int:
    """Run the service; return its exit code, 0 after Ctrl-C or a request to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    server = subprocess.Popen(
        [sys.executable, "-m", "aligner", "serve", "--port", str(port)],
        env={"ALIGNER_LOG_LEVEL": "warning", **os.environ},  # a line a request would hide the answer
        start_new_session=True,
    )

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)  # a shell may have had it ignored
    address = f"http://127.0.0.1:{port}"
    try:
        if not _wait(server, f"{address}/api/v1/ready"):
            return server.wait() or 1
        _ask(address)
        return server.wait()
    except KeyboardInterrupt:
        print("\nending")
        return 0
    finally:
        if server.poll() is None:
            server.terminate()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str) -> bool:
    """Say whether the service got ready, rather than ending or taking too long."""
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return server.poll() is None  # not somebody else's answer on the same port
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    print("the service did not get ready" if server.poll() is None else "the service ended", file=sys.stderr)
    return False


def _ask(address: str) -> None:
    body = json.dumps({"text": QUESTION, "to": TARGET, "k": SHOWN}).encode()
    url = f"{address}/api/v1/search"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    print(f"\nRunning at {address}\nAsked POST /api/v1/search, which French paragraphs report: {QUESTION}\n")
    for hit in answer["results"]:
        paragraph = hit["paragraph"]
        mark = "match" if hit["match"] else "no match"
        print(
            f"{hit['probability']:.2f}  {mark:8}  {paragraph['id']}  ({paragraph['outlet']})\n    {paragraph['text']}"
        )
    print(f"\nOpen {address} in a browser, or try: curl {address}/api/v1/documents\nCtrl-C ends it.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
