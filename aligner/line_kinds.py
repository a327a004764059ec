"""What a single line is, when its own words tell: share bars, datelines, bylines, credits, embeds, contacts.

Nothing here knows where the line stands; `aligner.boilerplate` does.
"""

from __future__ import annotations

import re

from aligner.furniture import AGENCIES, NETWORKS, any_of, words_of
from aligner.furniture_en import EN
from aligner.furniture_fr import FR
from aligner.layout import ends_sentence

__all__ = [
    "ROWS",
    "capital_share",
    "depicts",
    "embed_attribution",
    "is_dateline",
    "is_link_heading",
    "line_kind",
    "plain",
    "speaks_of_picture",
    "words",
]

ROWS = (EN, FR)
"""The languages whose words are known; the order does not matter."""

MAX_LINE_CHARS = 1_000  # no furniture is longer, and some patterns are slow on long lines
MAX_LABEL_WORDS = 30  # "Read also:" and the title that follows
MAX_LABELLED_SENTENCE_WORDS = 12  # longer ones with a full stop have swallowed article text
MAX_OPENER_WORDS = 40  # "Sign up for our newsletter" and the reasons that follow
MAX_NOTICE_WORDS = 70  # cookie and copyright notices
MAX_CONTACT_WORDS = 45
MAX_CREDIT_WORDS = 12  # longer lines with a credit are captions, judged apart
MAX_CAPTION_WORDS = 60
MAX_BYLINE_WORDS = 16
MAX_SIGNOFF_WORDS = 30  # "Reporting by ...; editing by ..."

CONTROLS = words_of(row.controls for row in ROWS)
GLUE = words_of(row.glue for row in ROWS)
DEPICTING = words_of(row.depicting for row in ROWS)
MONTHS = words_of(row.months for row in ROWS)
DATE_WORDS = words_of(f"{row.weekdays} {row.date_words}" for row in ROWS) | MONTHS

LINES = any_of((row.lines for row in ROWS), before="^", after=r"[\s.!:>»…-]*$")
LABELS = any_of((row.labels for row in ROWS), before="^")
OPENERS = any_of((row.openers for row in ROWS), before="^")
NOTICES = any_of(row.notices for row in ROWS)
LINK_HEADINGS = any_of((row.link_headings for row in ROWS), before="^", after=r"[\s:>»…]*$")
DATE_LABELS = any_of((row.date_labels for row in ROWS), before="^", after=r"\b")
CREDITS = any_of((row.credits for row in ROWS), before=r"^[\W_]*")
CAMERA = any_of(row.camera for row in ROWS)
SIGNOFFS = any_of(row.signoffs for row in ROWS)
CONTACTS = any_of(row.contacts for row in ROWS)
TIPS = any_of(row.tips for row in ROWS)

URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<![\w.,])(?:\+|\(?0|1-)?\d{1,4}\)?(?:[ .-]\(?\d{2,4}\)?){2,5}(?![\w%])")
QUOTATION = re.compile(r"(?:^|[\s:(])['\"«]\s?\w")
WORD = re.compile(r"[^\W\d_]+(?:['.&-][^\W\d_]+)*")
TIME = r"\d{1,2} ?[:h.] ?\d{2}|\d{4} ?(?:gmt|hrs|hkt|utc|et|edt)|\d{1,2} ?[ap]\.?m\b|\d{1,2}h\b"
DATE = re.compile(r"\b(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|" + TIME + r"|\d+ ?(?:st|nd|rd|th|er)?)(?!\w)", re.IGNORECASE)

AGENCY_ALONE = re.compile(
    rf"^[\W_]*(?:(?:source|sources|via|with|avec|and|et|from|le \w+|credit) ?:? ?(?:the |l')?)*(?:{AGENCIES})"
    rf"(?:(?:[ ,/+|-]| and | et )+(?:{AGENCIES}|[a-z]{{1,4}}))*(?: \d{{4}})?[\W_]*$",
    re.IGNORECASE,
)
INITIALS_ALONE = re.compile(r"^[-(\[]+ ?(?:[A-Z]{1,3}\.? ?[-/]?){1,3}[)\]]*\.?$")
NAME = r"(?:[^\W\d_a-z]['.]?[\w'.-]*|d[eiu]|d'|la|le|van|von|der|den|el|al|bin|ben|ter|y|da|dos)"
BYLINE = re.compile(
    r"^[\W_]*(?i:" + "|".join(pattern for row in ROWS for pattern in row.bylines) + r")(?: ?: ?| )"
    rf"(?:{NAME}|(?i:and|et|with|avec|in|à|for|pour|at|the|l'|our|own|notre|special|to|correspondente?|staff|writer"
    rf"|reporter|envoyée?|spéciale?|agences?|agencies))"
    rf"(?:[ ,|/&•·-]+(?:{NAME}|(?i:and|et|with|avec|in|à|en|for|pour|at|of|the|l'|our|notre|special|to"
    rf"|correspond[ea]nte?|staff"
    rf"|writers?|reporters?|editor|envoyée?|spéciale?|agences?|agencies|news|journalist\w*|{AGENCIES})))*[\W_]*$"
)
SIGNED = re.compile(  # "Jane Doe with AFP", "J.D. avec AFP et Reuters", "Jane Doe, staff writer"
    rf"^[^\W\d_a-z][\w.'-]*(?: [^\W\d_a-z][\w.'-]*){{0,3}} ?"
    rf"(?:(?: |, ?)(?i:with|avec|and|et|/) (?i:{AGENCIES})(?: (?i:and|et) (?i:{AGENCIES}))?"
    r"|, (?i:(?:staff |special |senior )?(?:writer|reporter|correspond[ae]nte?|journaliste?|rédact\w+)))\W*$"
)
CREDIT_END = re.compile(
    r"(?:[(\[]|[./|] ?|- )(?i:photo|photograph|image|picture|crédit|credit|illustration|archives?|©"
    r"|\(c\))s?(?!\w)[^.]{0,60}[)\]]?\.?$"
    r"|\b(?:REUTERS|AFP|AP|EPA|Getty|Getty Images|SIPA|MAXPPP|PA|EFE|Shutterstock|iStock|Bloomberg) ?(?:Photo"
    r"|Images)? ?/ ?[\w. '/-]{2,40}\)?\.?$"
    r"|[/(] ?(?:AFP|AP|EPA|Reuters|REUTERS|Getty|Getty Images|SIPA|MAXPPP|iStock|Shutterstock|Wikimedia(?: Commons)?)"
    r"(?:[ /]+[\w ./-]{2,40})?\)?\.?$|\((?:AP|Reuters|AFP|Getty|File) (?i:photo|images?)[^)]{0,60}\)$"
)
IMAGE_BANK = re.compile(
    r"^[\W_]*(?:[\w.' -]{1,40}[/,|-] ?)?(?:getty(?: images)?|shutterstock|istock(?:photo)?|wikimedia(?: commons)?"
    r"|maxppp|sipa(?: press)?"
    r"|epa(?:-efe)?|flickr|unsplash|pixabay|ap photo|(?:afp|reuters|ap|getty)/[\w. -]{2,40}|\(?d\.?r\.?\)|(?:©"
    r"|\(c\))(?! ?\d{4}) ?[\w.,/ '-]{2,60})[\W_]*$",
    re.IGNORECASE,
)
ATTRIBUTION = re.compile(
    r"(?:^|\s)[-\u2014]+ ?[^@]{0,80}\(@\w{1,20}\)[\W_]*(?:[\w.,:/ °'-]{0,40}\d{2,4}[\w.,: ]{0,12})?$"
    r"|(?:^|\b)(?i:a (?:post|photo|video|reel) (?:shared|posted) by|(?:une publication|une photo"
    r"|une vidéo) (?:partagée|publiée) par)\b.{1,120}$"
    r"|^(?i:posted by|publié par|publiée par) .{2,80} (?i:on|le|sur) \w+,? \d?.{0,30}\d{4}$"
)
EMBED = re.compile(
    r"^(?:view|see|voir) (?:this|cette|the) (?:post|tweet|photo|video|publication|profile) (?:on|sur) "
    + NETWORKS
    + r"|\bpic\.twitter\.com/\w+\W*$|^twitter ads info|^(?:replying to|en réponse à) @|^@\w+\W*$"
    r"|^(?:see|voir) .{0,40}'s other tweets|^\d[\d,. k]* (?:retweets|likes|j'aime)\b.{0,40}$"
    r"|^\d{1,2}:\d\d ?[ap]?m? ?[-·] ?.{4,20}\d{4}.{0,40}$|^(?:regardez|watch) (?:cette|this) .{1,20} (?:sur|on) "
    + NETWORKS
    + r"\W*$",
    re.IGNORECASE,
)


def line_kind(text: str, *, given: bool) -> str | None:
    """Return the kind of a line that is no article text by its own words, else None.

    `given`: the sender marked it as a paragraph, so that only what cannot be meant as news is named.
    """
    line = plain(text)
    count = len(words(line))
    if not any(char.isalnum() for char in line):
        return "boilerplate"
    if len(line) > MAX_LINE_CHARS:
        return None
    if (embed_attribution(text) or EMBED.search(line)) and not (given and len(words(above_attribution(line))) > 3):
        return "embed"
    if _is_contact(line, count):
        return "contact"
    if AGENCY_ALONE.match(line) and count <= MAX_BYLINE_WORDS:
        return "byline"
    if count <= MAX_NOTICE_WORDS and NOTICES.search(line):
        return "boilerplate"
    if IMAGE_BANK.match(line) or (CREDITS.match(line) and count <= MAX_CREDIT_WORDS and not ends_with_stop(line)):
        return "caption"
    if _is_byline(line, count):
        return "byline"
    if _is_furniture(line, count):
        return "boilerplate"
    if given:
        return None
    if is_dateline(line):
        return "dateline"
    if count <= MAX_CAPTION_WORDS and (CREDITS.match(line) or CREDIT_END.search(line) or speaks_of_picture(line)):
        return "caption"
    return None


def plain(text: str) -> str:
    """Return a text with plain apostrophes, quotation marks, hyphens and spaces, for the patterns."""
    for fancy, simple in (
        ("\u2019\u2018\u02bc", "'"),
        ("\u2013\u2014\u2015\u2010\u2011", "-"),
        ("“”", '"'),
        ("\u00a0\u202f", " "),
    ):
        text = re.sub(f"[{fancy}]", simple, text)
    return text.strip()


def words(text: str) -> list[str]:
    return WORD.findall(text)


def capital_share(text: str) -> float:
    """Return how many of a text's words of four letters or more begin with a capital; 0.0 without such words."""
    long_words = [word for word in words(plain(text)) if len(word) > 3]
    return sum(word[0].isupper() for word in long_words) / len(long_words) if long_words else 0.0


def ends_with_stop(line: str) -> bool:
    return bool(re.search(r"[.!?]['\")]*$", line))


def depicts(line: str) -> bool:
    """Tell whether a line begins as captions do: somebody holds, waves, arrives."""
    return any(word.lower() in DEPICTING for word in words(line)[:10])


def speaks_of_picture(line: str) -> bool:
    """Tell whether a line places people in a picture or names the picture itself."""
    return bool(CAMERA.search(line)) and not QUOTATION.search(line) and (depicts(line) or not ends_sentence(line))


def embed_attribution(text: str) -> bool:
    """Tell whether a text is, or ends with, the line that names the author of an embedded post."""
    return len(text) <= MAX_LINE_CHARS and bool(ATTRIBUTION.search(text.replace("\u2013", "\u2014").strip()))


def above_attribution(text: str) -> str:
    """Return the post, where a text holds both the post and the line that names its author."""
    return re.split(r"[-\u2013\u2014] ?[^@]{0,80}\(@\w+\)|pic\.twitter", text)[0].strip()


def is_link_heading(text: str) -> bool:
    """Tell whether a line is a heading above links to other articles."""
    return bool(LINK_HEADINGS.match(plain(text)))


def is_dateline(line: str) -> bool:
    """Tell whether a line holds a date or a time and nothing else but labels and a place."""
    if len(line) > 150:
        return False
    label = DATE_LABELS.match(line)
    rest = DATE.sub(" ", line[label.end() :] if label else line)
    has_date = bool(re.search(r"\d", line)) and (
        (rest.count(" ") > 0 and bool(re.search(TIME + r"|\d[-/.]\d{1,2}[-/.]\d", line, re.IGNORECASE)))
        or any(word.lower() in DATE_WORDS and len(word) > 2 for word in words(line))
    )
    left = [word for word in words(rest) if word.lower().strip(".") not in DATE_WORDS]
    if not has_date:
        return False
    if not left:
        return True
    return not ends_with_stop(line) and (
        (len(left) <= 3 and all(word[0].isupper() for word in left) and any(w.lower() in MONTHS for w in words(line)))
        or (label is not None and len(left) <= 8)
    )


def _is_contact(line: str, count: int) -> bool:
    if count > MAX_CONTACT_WORDS or QUOTATION.search(line):
        return False
    address = ADDRESS.search(line)
    if address and count - len(words(address[0])) <= 4:
        return True
    return bool(((address or TELEPHONE.search(line)) and CONTACTS.search(line)) or TIPS.search(line))


def _is_byline(line: str, count: int) -> bool:
    if count <= MAX_BYLINE_WORDS and (INITIALS_ALONE.match(line) or BYLINE.match(line) or SIGNED.match(line)):
        return True
    return count <= MAX_SIGNOFF_WORDS and bool(SIGNOFFS.search(line))


def _is_furniture(line: str, count: int) -> bool:
    bare = re.sub(r"^[\W_]+", "", line)
    if LINES.match(bare) or LINK_HEADINGS.match(bare) or not URL.sub("", line).strip(" -:|>"):
        return True
    if LABELS.match(bare) and count <= (MAX_LABELLED_SENTENCE_WORDS if ends_with_stop(bare) else MAX_LABEL_WORDS):
        return True
    if count <= MAX_OPENER_WORDS and OPENERS.match(bare):
        return True
    tokens = [word.lower() for word in re.findall(r"[^\W\d_]+(?:[-+][^\W\d_]*)*'?", line)]
    buttons = sum(token in CONTROLS for token in tokens)
    if tokens and buttons and all(token in CONTROLS or token in GLUE for token in tokens):
        return buttons * 2 >= len(tokens) and not line.endswith((".", "?", "!"))
    hashtags = re.findall(r"#\w+", line)
    return len(hashtags) > 1 and not re.sub(r"[#@]\w+|[\W_]", "", line)
