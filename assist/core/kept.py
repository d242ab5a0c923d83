"""Words that stay as they were heard, whatever else may be likelier: they decide what was meant.

Negations, yes, numbers and swear words of English and German. A word too many costs a correction; a
word too few may turn a "no" into something else.
"""

from assist.core.agreement import normal

_SHORT = 2
"""Words of so few letters are kept, too: among them are "no", "ja" and "ok"."""
_NEGATIONS = (
    "nope nah not never none nobody nothing nowhere neither nor without cannot hardly unable "
    "cant dont wont nein nee nicht nichts nix nie niemals nirgends weder ohne kaum"
)
_YES = "yes yeah yep okay doch"
_NUMBERS = (
    "zero half one two three four five six seven eight nine ten eleven twelve once twice few "
    "couple several some first second third fourth fifth sixth seventh eighth ninth tenth "
    "dozen double "
    "null ein eine einen einem einer eines eins zwei zwo drei vier fünf sechs sieben acht neun elf "
    "zwölf anderthalb eineinhalb zweieinhalb einige einigen erste ersten zweite zweiten dritte "
    "dritten paar wenige wenigen mehrere mehreren halb halbe halben halbes "
    "einmal zweimal dreimal doppelt dutzend"
)
_SWEARING = "ass arse arses dick hell piss pissed mist"
_BEGINNINGS = (
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty "
    "seventy eighty ninety hundred thousand million billion milliard kein niemand "
    "fuck shit bullshit crap damn goddamn bloody bastard bitch asshole arsehole bollocks cunt wank "
    "scheiss verdammt verflucht arsch fick wichs hure idiot kacke verarsch beschiss sauerei"
)
_ENDINGS = "zehn zig ssig hundert tausend fuck fucking shit scheisse"

_kept = frozenset(f"{_NEGATIONS} {_YES} {_NUMBERS} {_SWEARING}".split())
_begins, _ends = tuple(_BEGINNINGS.split()), tuple(_ENDINGS.split())


def is_kept(text: str) -> bool:
    """Tell whether a written word must stay as it is."""
    plain = normal(text)
    return (
        len(plain) <= _SHORT
        or plain in _kept
        or plain.startswith(_begins)
        or plain.endswith(_ends)
        or any(map(str.isdigit, plain))
        or _is_negated(text)
    )


def _is_negated(text: str) -> bool:
    """Tell whether it is a "don't" or "isn't", with any kind of apostrophe."""
    return text.casefold().replace("’", "'").rstrip(".,;:!?…\"'”").endswith("n't")
