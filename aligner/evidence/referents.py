"""Whom "he", "she" or "the mayor" stands for beside a quotation: the speaker or the subject that was named last."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aligner.evidence.attribution import Subject, attributed, subject_of, verbs_of_speech
from aligner.evidence.mentions import Scan
from aligner.evidence.sentences import INSIDE, OPENS, sentence
from aligner.evidence.speakers import Speaker, is_complement, name_at, speaker_at

__all__ = ["referent"]

GROUP, PERSON = "group", "person"
REACH = 600  # words in which an office may have been given to somebody
BESIDE = 6  # words between an office and the name of who holds it


def referent(scan: Scan, end: int, quoted: bytearray, subject: Subject, known: str) -> tuple[Speaker | None, bool]:
    """Return whom the pronoun or office of a subject stands for by the sentences before a token.

    The flag says whether to stop looking: False where nobody was named, so that an earlier text may tell.
    """
    if subject.office:
        for speaker in _names(scan, max(0, end - REACH), end, quoted, known):
            if subject.office in _offices(scan, speaker):
                return speaker, True
    kind = scan.lexicon.words.pronouns.get(subject.pronoun, PERSON)
    at, told_before = end, False
    while at > 0:
        start, stop = sentence(scan, at - 1, at, quoted)
        last, told = _last_named(scan, start, min(stop, end), quoted, known)
        if last is not None:
            fits = last.is_group if kind == GROUP else kind != PERSON or not last.is_group
            other = subject.office and (told_before or _offices(scan, last))  # the mayor is not the minister
            return (last if fits and not other and _is_known(scan, last, known) else None), True
        if told:
            return None, True
        at, told_before = start, True
    return None, False


def _last_named(scan: Scan, start: int, stop: int, quoted: bytearray, known: str) -> tuple[Speaker | None, bool]:
    """Return who speaks in a sentence, or the person whom it opens with or alone names.

    The flag says whether to look no further back: somebody without a name speaks, or several are named.
    """
    for found in _subjects(scan, start, stop, quoted, known):
        if found.speaker is not None:
            return found.speaker, True
        if not found.pronoun and not found.office:
            return None, True
    persons = [each for each in _names(scan, start, stop, quoted, known) if _is_known(scan, each, known)]
    opening = next((at for at in range(start, stop) if scan.tokens[at].is_word), stop)
    first = next((each for each in persons if each.first <= opening < each.last), None)
    if first is None and len({each.words for each in persons}) == 1:
        first = persons[0]
    if first is not None and not is_complement(scan, first.first, first.last, start):
        return first, False
    return None, bool(persons)


def _is_known(scan: Scan, speaker: Speaker, known: str) -> bool:
    """Say whether a single name is surely a person's: behind a title, or the last part of a longer name."""
    if (
        speaker.is_group
        or len(speaker.name.split()) > 1
        or {scan.word(speaker.first - at) for at in (1, 2)} & (scan.lexicon.titles)
    ):
        return True
    return re.search(rf"[A-Z\u00c0-\u00dd][\w-]* {re.escape(speaker.name)}(?![^\W\d_])", known) is not None


def _subjects(scan: Scan, start: int, stop: int, quoted: bytearray, known: str) -> Iterator[Subject]:
    """Yield whom the quotations of a sentence are attributed to, or else the subjects of its verbs of speech."""
    opened = [at for at in range(start, stop) if quoted[at] == OPENS]
    found = None
    for first in opened:
        last = next((at for at in range(first + 1, len(quoted)) if quoted[at] != INSIDE), len(quoted))
        if (found := attributed(scan, first, last, quoted, known)) is not None:
            yield found
    if found is None:
        for verb in verbs_of_speech(scan, start, stop, quoted):
            yield subject_of(scan, verb, start, known)


def _names(scan: Scan, start: int, end: int, quoted: bytearray, known: str) -> list[Speaker]:
    """Return the persons that the tokens [start, end) name, the last one first."""
    found = []
    at = end - 1
    while at >= start:
        name = None if quoted[at] else name_at(scan, at)
        speaker = speaker_at(scan, at, known) if name else None
        if speaker is not None and not speaker.is_group:
            found.append(speaker)
        at = min(at, *(each.first for each in (name, speaker) if each)) - 1 if name else at - 1
    return found


def _offices(scan: Scan, speaker: Speaker) -> set[str]:
    """Return the offices that are told beside a name: President Keller; Keller, the mayor of Norville."""
    if is_complement(scan, speaker.first, speaker.last):
        return set()  # the minister of Norland
    before: list[str] = []
    for at in range(speaker.first - 1, max(-1, speaker.first - 1 - BESIDE), -1):
        if not scan.tokens[at].is_word or scan.lexicon.classes("quotes", scan.word(at)):
            break
        before.append(scan.word(at))
    behind: list[str] = []
    if scan.word(speaker.last) == ",":
        behind = [scan.word(at) for at in range(speaker.last + 1, speaker.last + 1 + BESIDE // 2)]
    return {word for word in (*before, *behind) if word in scan.lexicon.offices}
