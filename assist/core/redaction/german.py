"""What is said around numbers in German; umlauts are spelt out, as `fold` leaves them."""

UNITS = {
    "null": 0,
    "eins": 1,
    "zwei": 2,
    "zwo": 2,
    "drei": 3,
    "vier": 4,
    "fuenf": 5,
    "funf": 5,
    "sechs": 6,
    "sieben": 7,
    "acht": 8,
    "neun": 9,
}
TEENS = {
    "zehn": 10,
    "elf": 11,
    "zwoelf": 12,
    "zwolf": 12,
    "dreizehn": 13,
    "vierzehn": 14,
    "fuenfzehn": 15,
    "sechzehn": 16,
    "siebzehn": 17,
    "achtzehn": 18,
    "neunzehn": 19,
}
TENS = {
    "zwanzig": 20,
    "dreissig": 30,
    "dreizig": 30,
    "vierzig": 40,
    "fuenfzig": 50,
    "fuffzig": 50,
    "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80,
    "neunzig": 90,
}
PREFIXES = {**UNITS, "ein": 1}
"""How a compound begins: "einundzwanzig", "zwohundert"."""
REPEATS = {
    "doppel": 2,
    "doppelt": 2,
    "doppelte": 2,
    "zweimal": 2,
    "zweifach": 2,
    "dreifach": 3,
    "dreifache": 3,
    "dreimal": 3,
    "viermal": 4,
    "vierfach": 4,
    "fuenfmal": 5,
    "sechsmal": 6,
}
SOFT = {"ein": 1, "einz": 1, "nein": 9, "nun": 9, "fuemf": 5, "oh": 0, "zwohn": 2, "frei": 3}
"""Digits only beside digits: other words sound the same."""
_FILLERS_TEXT = (
    "aeh aehm hm mhm ja jo genau okay gut so dann und also strich bindestrich leerzeichen "
    "komma die der das danach noch weiter minus schraegstrich nochmal entschuldigung "
    "quatsch falsch ach moment warten warte bitte naemlich jetzt wieder richtig ist danke "
    "stopp halt mal"
)
FILLERS = frozenset(_FILLERS_TEXT.split())
"""Said between the digits of one number."""
_PAUSES_TEXT = "moment momentchen minute minuten sekunde sekunden augenblick"
PAUSES = frozenset(_PAUSES_TEXT.split())
"""Asks for time: "zwei Minuten" holds no digit, and the number may go on behind it."""
_COUNTED_TEXT = (
    "euro cent prozent stunde stunden tag tage tagen woche wochen monat monate monaten jahr "
    "jahre jahren uhr mal leute leuten personen ziffer ziffern stelle stellen buchstaben "
    "million millionen milliarden grad meter kilometer kilo gigabyte megabit januar februar "
    "maerz april mai juni juli august september oktober dezember"
)
COUNTED = frozenset(_COUNTED_TEXT.split())
"""Behind an amount, which is then part of no number that is read out."""
LETTERS = {
    "jot": "J",
    "vau": "V",
    "zett": "Z",
    "zet": "Z",
    "ypsilon": "Y",
    "anton": "A",
    "berta": "B",
    "caesar": "C",
    "dora": "D",
    "emil": "E",
    "friedrich": "F",
    "gustav": "G",
    "heinrich": "H",
    "ida": "I",
    "julius": "J",
    "kaufmann": "K",
    "konrad": "K",
    "ludwig": "L",
    "martha": "M",
    "nordpol": "N",
    "otto": "O",
    "paula": "P",
    "quelle": "Q",
    "richard": "R",
    "samuel": "S",
    "siegfried": "S",
    "theodor": "T",
    "ulrich": "U",
    "viktor": "V",
    "wilhelm": "W",
    "xanthippe": "X",
    "zacharias": "Z",
    "zeppelin": "Z",
    "aachen": "A",
    "berlin": "B",
    "chemnitz": "C",
    "duesseldorf": "D",
    "essen": "E",
    "frankfurt": "F",
    "goslar": "G",
    "hamburg": "H",
    "ingelheim": "I",
    "jena": "J",
    "koeln": "K",
    "leipzig": "L",
    "muenchen": "M",
    "nuernberg": "N",
    "offenbach": "O",
    "potsdam": "P",
    "quickborn": "Q",
    "rostock": "R",
    "salzwedel": "S",
    "tuebingen": "T",
    "unna": "U",
    "voelklingen": "V",
    "wuppertal": "W",
    "xanten": "X",
    "zwickau": "Z",
}
"""The old table of letters, and the towns of DIN 5009:2022."""
