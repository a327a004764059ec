"""Make aligner/centres.npz: the mean vector of unrelated news, for each of the bundled models.

    python training/centres.py ../shared/data

Fitted on NTREX and the FLORES development set (both CC BY-SA 4.0), English and French alike.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from aligner.bundled import bundled_model_folder
from aligner.encoders import CENTRES
from aligner.sentence_models import PROMPTS, SentenceTransformerEncoder
from aligner.use import UseEncoder

FILES = ("parallel/ntrex_en_fr.jsonl", "parallel/flores_dev_en_fr.jsonl")
LANGUAGES = ("en", "fr")


def main(data: Path) -> None:
    """Write the centres."""
    rows = [json.loads(line) for name in FILES for line in (data / name).read_text("utf-8").splitlines()]
    texts = [row[language] for language in LANGUAGES for row in rows]
    e5 = SentenceTransformerEncoder(bundled_model_folder(), prompt=PROMPTS["e5"])
    np.savez(CENTRES, e5=e5.encode(texts).mean(axis=0), use=UseEncoder(threads=2).encode(texts).mean(axis=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
