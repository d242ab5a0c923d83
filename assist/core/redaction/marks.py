"""What the talk is about: words that announce a secret, or a number that is none.

"And the security code?" makes three digits a secret, whichever side says them; "your order number"
makes the next ones none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from assist.core.redaction.atoms import folded_of
from assist.events import Channel, Word

Announces = Literal["code", "card", "phone", "birth", "password", "wait", "topic", "pay", "line"]


class Mark(NamedTuple):
    """Words that announce something."""

    announces: Announces
    channel: Channel
    start: int
    """When they were spoken, in milliseconds."""
    end: int


_SPOKEN: dict[Announces, str] = {
    "code": r"c[ .]?[vb][ .]?[vcb]2?(?: ?code| ?nummer| ?number)?|c ?i ?d code|see vee (?:vee|see)"
    r"|ce ?(?:vau|v) ?ce|(?:card )?(?:security|secret) ?(?:code|number|digits?|nummer)"
    r"|card verification(?: (?:code|number|value))?|verification (?:value|digits)"
    r"|(?:three|four|3|4|last) ?(?:digits?|numbers?|figures)(?: \w+){0,2} (?:back|reverse|front)"
    r"|(?:three|four|3|4) digit (?:code|number)"
    r"|(?:code|numbers?|digits?) on the (?:back|reverse)"
    r"|signature strip|(?<!\w)pin(?: ?(?:number|code|nummer))?(?!\w)"
    r"|sicherheits? ?(?:codes?|nummer|zahl|ziffern?|kennzahl)"
    r"|(?:karten ?)?(?:pruef|pruf|kontroll|verifizierungs) ?(?:ziffern?|nummer|zahl|codes?)"
    r"|geheim ?(?:zahl|nummer|code)"
    r"|(?:drei|vier|3|4|letzten)(?: \w+){0,2} (?:ziffern|stellen|zahlen|nummern)(?: \w+){0,3}"
    r" (?:rueckseite|hinten|vorne|vorderseite|rueck)"
    r"|(?:drei|vier|3|4) ?stellige[nrs]? (?:codes?|nummer|zahl)"
    r"|(?:nummer|code|zahl|ziffern) (?:hinten|auf der (?:rueck|hinter)seite)"
    r"|unterschriftsfeld|unterschriftenfeld",
    "card": r"(?:credit|debit|visa|master|bank)? ?card (?:number|details)|long (?:card )?number"
    r"|number on the front|(?:kredit|bank|visa|debit)? ?karten ?(?:nummer|daten)|lange nummer"
    r"|nummer (?:vorne|auf der vorderseite)",
    "phone": r"(?:tele)?phone number|mobile(?: number)?|cell(?: number)?|call(?:ed)? back on"
    r"|telefon ?nummer|handy ?nummer|rueckruf ?nummer|mobil ?nummer|erreichen",
    "birth": r"date of birth|birth ?date|birthday|born|geburts ?(?:datum|tag)|geboren",
    "password": r"pass ?word|pass ?phrase|memorable word|pass ?wort|kenn ?wort|code ?wort",
    "wait": r"moment|minute|second|sec|hang on|hold on|let me|bear with me|wait|sekunde|augenblick"
    r"|warten|warte|ich (?:schaue?|suche|hole)",
    "topic": r"(?:order|reference|customer|account holder|case|ticket|booking|invoice|contract"
    r"|tracking|serial|meter|policy|phone|mobile|telephone|extension|house|flight|model)"
    r" (?:number|no|reference)|(?:post|zip) ?codes?|extension|(?:bestell|kunden|auftrags"
    r"|referenz|vorgangs|ticket|rechnungs|vertrags|sendungs|zaehler|serien|buchungs|telefon|handy"
    r"|mobil|rueckruf|versicherungs|haus|flug|modell) ?nummer|aktenzeichen|postleitzahl"
    r"|durchwahl|zaehlerstand|meter reading",
    "pay": r"pay\w*|paid|card|visa|master ?card|amex|american express|maestro|iban|account"
    r"|bank|debit|kredit\w*|\w*karte|zahl(?:en|e|ung|t)|bezahl\w*|konto|lastschrift|ueberweis\w*"
    r"|(?:sixteen|16) digits?|(?:sechzehn|16) (?:stellen|ziffern)|expir\w*|ablauf\w*|gueltig",
    "line": r"(?:tele)?phone\w*|dial\w*|redial\w*|ring(?:s|ing)?|rang|rung|engaged|unobtainable"
    r"|area code|code and number|the line|lines?|get through|getting through|calling|tone"
    r"|(?:any|no) (?:response|answer|reply)|niemand (?:ran|dran)|keiner (?:ran|dran)"
    r"|telefon\w*|anruf\w*|anzurufen|waehl\w*|gewaehlt|besetzt|leitung|vorwahl|freizeichen",
}
_EVERY = re.compile(
    "|".join(rf"(?P<{name}>(?<!\w)(?:{spoken})(?!\w))" for name, spoken in _SPOKEN.items())
)
_HINT = re.compile(
    r"[cvb]{2,3}\d?$|[cv]$|vee$|ce$|vau$|\S*code|pin|\S*(?:ziff|num[mb]|zahl|stell)|digit|figure"
    r"|strip|signature|\S*karte|card|\S*ban\b|\S*phone|mobil|cell|call|erreich|\S*birth|born"
    r"|gebur|geboren|pass|\S*wort|word|moment|minut|sec|sek|augen|hang|hold|let$|bear|wait|wart"
    r"|schau|such|hol|exten|durch|akten|\S*stand|reading|reference|pay|paid|visa|master|amex"
    r"|american|maestro|account|debit|kredit|bezahl|konto|lastschr|ueberw|dial|redial|respon|answ"
    r"|reply|niemand|keiner|ring|rang|rung|engaged|unobt|area|line|through|tele|tone|anruf|anzu"
    r"|waehl|gewaehlt|besetzt|leitung|vorwahl|frei|unterschr|verification|kontroll|pruef|pruf"
    r"|geheim|cid$|bank|expir|ablauf|gueltig"
)
"""How a word may begin that is part of what announces."""
_AROUND = 6
"""Words on either side that are looked at, too."""


def _may_announce(text: str) -> bool:
    return _is_hint(text) if any(map(str.isdigit, text)) else _is_known_hint(text)


def _is_hint(text: str) -> bool:
    return _HINT.match(folded_of(text)) is not None


_is_known_hint = lru_cache(maxsize=8192)(_is_hint)
"""Words with digits are not remembered."""


def marks(channel: Channel, words: Sequence[Word], before: Sequence[Word] = ()) -> list[Mark]:
    """Return what the words announce, in their order.

    Args:
        channel: who says them.
        words: of one utterance.
        before: the last words before it: "the security" may stand there, and "code" here.
    """
    row = [*before, *words]
    found: list[Mark] = []
    reached = 0
    for at, word in enumerate(row):
        if at < reached or not _may_announce(word.text):
            continue
        reached = at + 1
        while reached < min(len(row), at + 4 * _AROUND) and any(
            _may_announce(near.text) for near in row[reached : reached + _AROUND]
        ):
            reached += _AROUND
        found += _found(channel, row[max(0, at - _AROUND) : reached + _AROUND])
    own = words[0].start if words else 0
    return [mark for mark in found if mark.end > own]


def _found(channel: Channel, row: Sequence[Word]) -> Iterator[Mark]:
    text, ends = "", []
    for word in row:
        text += folded_of(word.text).replace("-", " ") + " "
        ends.append(len(text))
    for match in _EVERY.finditer(text):
        announces: Announces = match.lastgroup  # type: ignore[assignment]  # a name of the table
        first, last = bisect_right(ends, match.start()), bisect_right(ends, match.end() - 1)
        yield Mark(announces, channel, row[first].start, row[last].end)
