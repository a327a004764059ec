"""Settings: from the environment, from a file, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import TinyEncoder

from aligner.corpus import Corpus
from aligner.errors import SettingsError
from service import Settings, create_app

ROOT = Path(__file__).parents[1]


def test_settings_come_from_the_environment() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment(
        {
            "ALIGNER_CORPUS": "/srv/news",
            "ALIGNER_MODEL": "bundled-use",
            "ALIGNER_THREADS": " 4 ",
            "ALIGNER_LANGUAGES": "en, de",
            "ALIGNER_MAX_BODY_BYTES": "1000",
            "ALIGNER_MAX_TEXT_CHARS": "20",
            "ALIGNER_MAX_K": "",
            "ALIGNER_MAX_DOCUMENTS": "007",
            "ALIGNER_KEYS": "/srv/keys.json",
            "ALIGNER_OPEN_READ": "Yes",
            "ALIGNER_WITHOUT_KEYS": "0",
        }
    ) == Settings(
        corpus=Path("/srv/news"),
        model="bundled-use",
        threads=4,
        languages=("en", "de"),
        max_body_bytes=1000,
        max_text_chars=20,
        max_documents=7,
        keys=Path("/srv/keys.json"),
        open_read=True,
    )


def test_a_file_comes_below_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        'corpus = "news"\nkeys = "/srv/keys.json"\nmax_k = 7\nopen_read = true\n'
        'languages = ["en", "fr-CA"]\nthreads = 3\n'
    )
    found = Settings.from_environment({"ALIGNER_SETTINGS": str(file), "ALIGNER_THREADS": "2"})
    assert found == Settings(
        corpus=tmp_path / "news",
        keys=Path("/srv/keys.json"),
        max_k=7,
        open_read=True,
        languages=("en", "fr-CA"),
        threads=2,
    )


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "1_000", "٣", "9" * 5000])
@pytest.mark.parametrize("name", ["THREADS", "MAX_BODY_BYTES", "MAX_TEXT_CHARS", "MAX_K", "MAX_DOCUMENTS"])
def test_a_wrong_number_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^ALIGNER_{name}: expected a whole number from 1, found '?{value[:80]}"):
        Settings.from_environment({f"ALIGNER_{name}": value})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("OPEN_READ", "maybe", "expected yes or no, found 'maybe'"),
        ("LANGUAGES", "en,englisch-", "'englisch-' is no BCP 47 language tag"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=f"^ALIGNER_{name}: {message}"):
        Settings.from_environment({f"ALIGNER_{name}": value})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("max_k = 0", ":max_k: expected a whole number from 1, found 0"),
        ('max_k = "7"', ":max_k: expected a whole number from 1, found '7'"),
        ("max_k = true", ":max_k: expected a whole number from 1, found 'True'"),
        ("max_k = 1.5", ":max_k: expected a whole number from 1, found '1.5'"),
        ("open_read = 1", ":open_read: expected yes or no, found '1'"),
        ("corpus = 3", ":corpus: expected a text, found '3'"),
        ('corpus = ""', ":corpus: expected a text, found ''"),
        ('languages = "en"', ":languages: expected a list of language tags, found 'en'"),
        ('languages = ["q"]', ":languages: 'q' is no BCP 47 language tag"),
        ("max_kk = 1", r":max_kk: no such setting; did you mean max_k\? known are corpus, "),
        ("[server]", ":server: no such setting; "),
        ("max_k", ": expected TOML: Expected '=' after a key"),
    ],
)
def test_a_wrong_file_names_its_key(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(line)
    with pytest.raises(SettingsError, match=f"^{file}{message}"):
        Settings.from_environment({"ALIGNER_SETTINGS": str(file)})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"^ALIGNER_SETTINGS: no file {tmp_path}/none"):
        Settings.from_environment({"ALIGNER_SETTINGS": f"{tmp_path}/none"})


def test_the_app_takes_its_settings_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGNER_MAX_K", "none")
    with (
        Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus,
        pytest.raises(SettingsError, match=r"^ALIGNER_MAX_K: "),
    ):
        create_app(corpus)


def test_the_table_in_the_readme_is_that_of_the_settings() -> None:
    """A missing row is printed as it should be."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    for variable, default, what in Settings.rows():
        assert f"| `{variable}` | {default} | {what} |" in lines
