"""Make aligner/centres.npz: the mean vector of unrelated news, for each of the bundled models and for what is adapted.

    python training/centres.py ../shared/data

Fitted on NTREX and the FLORES development set (both CC BY-SA 4.0), English and French alike. Run again after
training/interpolate.py.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from aligner.bundled import bundled_model_folder
from aligner.e5 import E5Encoder
from aligner.encoders import ADAPTED, CENTRES
from aligner.use import UseEncoder
from aligner.vectors import Encoder

FILES = ("parallel/ntrex_en_fr.jsonl", "parallel/flores_dev_en_fr.jsonl")
LANGUAGES = ("en", "fr")


def main(data: Path) -> None:
    """Write the centres."""
    rows = [json.loads(line) for name in FILES for line in (data / name).read_text("utf-8").splitlines()]
    texts = [row[language] for language in LANGUAGES for row in rows]
    folder = bundled_model_folder()
    encoders: dict[str, Encoder] = {
        "e5": E5Encoder(folder, name="e5"),
        "adapted": E5Encoder(folder, name="adapted", adapted=ADAPTED),
        "use": UseEncoder(threads=2),
    }
    np.savez(CENTRES, **{view: encoder.encode(texts).mean(axis=0) for view, encoder in encoders.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
