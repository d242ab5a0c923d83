"""What is said around numbers in English."""

UNITS = {
    "zero": 0,
    "nought": 0,
    "naught": 0,
    "nil": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "niner": 9,
}
TEENS = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
PLURALS = {
    "zeros": 0,
    "zeroes": 0,
    "ohs": 0,
    "noughts": 0,
    "ones": 1,
    "twos": 2,
    "threes": 3,
    "fours": 4,
    "fives": 5,
    "sixes": 6,
    "sevens": 7,
    "eights": 8,
    "nines": 9,
}
"""Behind a count: "three sevens"."""
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
SOFT = {
    "oh": 0,
    "o": 0,
    "owe": 0,
    "won": 1,
    "to": 2,
    "too": 2,
    "tree": 3,
    "for": 4,
    "fore": 4,
    "fife": 5,
    "sicks": 6,
    "ate": 8,
}
"""Digits only beside digits: other words sound the same."""
_FILLERS_TEXT = (
    "um uh er erm hmm hm mhm mm ah eh okay ok yes yeah yep yup right so then and now well "
    "just again next wait sorry no let me see followed by that's it's is then dash hyphen "
    "space comma slash stroke uh-huh actually rather the got thanks"
)
FILLERS = frozenset(_FILLERS_TEXT.split())
"""Said between the digits of one number."""
PAUSES = frozenset(["moment", "moments", "minute", "minutes", "second", "seconds", "sec", "secs"])
"""Asks for time: "one moment" holds no digit, and the number may go on behind it."""
_COUNTED_TEXT = (
    "pound pounds quid euro euros dollar dollars cent cents pence percent hour hours day "
    "days week weeks month months year years o'clock oclock am pm times digit digits "
    "letters people gig gigs gigabytes megabits megabytes miles metres inches kilos degrees "
    "million millions billion january february march april june july august september "
    "october december of"
)
COUNTED = frozenset(_COUNTED_TEXT.split())
"""Behind an amount, which is then part of no number that is read out."""
LETTERS = {
    "zed": "Z",
    "zee": "Z",
    "dee": "D",
    "gee": "G",
    "bee": "B",
    "alpha": "A",
    "alfa": "A",
    "bravo": "B",
    "charlie": "C",
    "delta": "D",
    "echo": "E",
    "foxtrot": "F",
    "golf": "G",
    "hotel": "H",
    "india": "I",
    "juliet": "J",
    "juliett": "J",
    "kilo": "K",
    "lima": "L",
    "mike": "M",
    "november": "N",
    "oscar": "O",
    "papa": "P",
    "quebec": "Q",
    "romeo": "R",
    "sierra": "S",
    "tango": "T",
    "uniform": "U",
    "victor": "V",
    "whiskey": "W",
    "whisky": "W",
    "x-ray": "X",
    "xray": "X",
    "yankee": "Y",
    "zulu": "Z",
}
