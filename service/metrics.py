"""What a Prometheus server reads: requests and their times, encoder batches, the corpus, jobs.

Under gunicorn each worker writes its numbers to a file in PROMETHEUS_MULTIPROC_DIR, and any worker adds them up. The
client library looks for that folder when it is imported, so that is left until an app is made.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, g, request

from aligner.errors import AlignerError
from service.access import METRICS, scope
from service.batching import Batch
from service.jobs import runner
from service.runtime import NotReadyError, Runtime

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram
    from prometheus_client.core import Metric

__all__ = ["FOLDER", "init_app", "metrics", "observe_batch"]

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SIZES = (1, 2, 4, 8, 16, 32, 64)

log = logging.getLogger(__name__)
metrics = Blueprint("metrics", __name__)


@dataclass(frozen=True, slots=True)
class _Numbers:
    requests: Counter
    seconds: Histogram
    batch_texts: Histogram
    batch_seconds: Histogram
    waited: Histogram
    waiting: Gauge


@functools.cache
def _numbers() -> _Numbers:
    """Return the numbers of this process."""
    from prometheus_client import Counter, Gauge, Histogram

    return _Numbers(
        Counter("aligner_requests", "Requests answered", ["method", "route", "status"]),
        Histogram("aligner_request_seconds", "Time to answer", ["route"], buckets=SECONDS),
        Histogram("aligner_encoder_batch_texts", "Texts encoded together", buckets=SIZES),
        Histogram("aligner_encoder_batch_seconds", "Time to encode a batch", buckets=SECONDS),
        Histogram("aligner_encoder_wait_seconds", "Time that a request waited for the encoder", buckets=SECONDS),
        Gauge("aligner_encoder_queue", "Requests that wait for the encoder", multiprocess_mode="livesum"),
    )


def observe_batch(batch: Batch) -> None:
    """Count a batch of the encoder."""
    numbers = _numbers()
    with _uncounted():
        numbers.batch_texts.observe(batch.texts)
        numbers.batch_seconds.observe(batch.seconds)
        for seconds in batch.waited:
            numbers.waited.observe(seconds)
        numbers.waiting.set(batch.left)


@contextlib.contextmanager
def _uncounted() -> Iterator[None]:
    """Let an answer that cannot be counted be given all the same: the disk may be full, or the folder gone."""
    try:
        yield
    except OSError as error:
        log.warning("not counted: %s", error)


@metrics.get("/metrics")
@scope(METRICS)
def read_metrics() -> Response:
    """Answer in the text format of Prometheus."""
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = REGISTRY
    if FOLDER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    own = CollectorRegistry()
    own.register(_Corpus(current_app.extensions["runtime"]))
    return Response(generate_latest(registry) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


class _Corpus:
    """The state of the corpus, which all workers share, read when it is asked for."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        try:
            store = self._runtime.corpus.store
            counts, languages = store.counts(), store.languages()
            states = runner().jobs.states()
        except (NotReadyError, AlignerError):
            yield GaugeMetricFamily("aligner_ready", "1 where the worker that answers is ready", value=0)
            return
        yield GaugeMetricFamily("aligner_ready", "1 where the worker that answers is ready", value=1)
        what = {"documents": "Documents", "paragraphs": "Article paragraphs", "dropped": "Blocks left out"}
        for name, text in what.items():
            yield GaugeMetricFamily(f"aligner_corpus_{name}", f"{text} stored", value=counts[name])
        index = GaugeMetricFamily("aligner_index_vectors", "Vectors in the index of a language", labels=["language"])
        for language, count in languages.items():
            index.add_metric([language], count)
        yield index
        jobs = GaugeMetricFamily("aligner_jobs", "Jobs in a state", labels=["state"])
        for state, count in states.items():
            jobs.add_metric([state], count)
        yield jobs
        yield GaugeMetricFamily("aligner_corpus_bytes", "Size of the corpus file", value=store.path.stat().st_size)


def init_app(app: Flask) -> None:
    """Have requests of an app counted, and /metrics answered."""
    numbers = _numbers()

    def begin() -> None:
        g.counted_from = time.perf_counter()

    def count(response: Response) -> Response:
        rule = request.url_rule
        route = rule.rule if rule else "none"
        with _uncounted():
            numbers.requests.labels(request.method if rule else "none", route, response.status_code).inc()
            numbers.seconds.labels(route).observe(time.perf_counter() - g.counted_from)
        return response

    app.before_request(begin)
    app.after_request(count)
    app.register_blueprint(metrics)
