"""Check digits of cards and accounts, and lists that are no secret."""

_LENGTHS_TEXT = (
    "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 "
    "CY:28 CZ:24 DE:22 DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 "
    "GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 "
    "KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20 "
    "MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 "
    "RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 "
    "UA:29 VA:22 VG:24 XK:20 YE:30"
)
IBAN_LENGTHS = {
    country: int(length)
    for country, length in (entry.split(":") for entry in _LENGTHS_TEXT.split())
}
"""Characters of an IBAN by country (SWIFT's IBAN registry)."""
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""Twice a digit, its own digits added up."""
_COUNTING = "".join(map(str, range(1, 40)))
_YEARS = 4


def luhn(digits: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(d)] for d in digits[-2::-2])
    return total % 10 == 0 and digits.strip("0") != ""


def is_iban(text: str) -> bool:
    """Tell whether an account's length and check digits are right (ISO 13616)."""
    if IBAN_LENGTHS.get(text[:2]) != len(text) or not text[2:4].isdigit() or not text.isalnum():
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def is_harmless(digits: str) -> bool:
    """Tell whether digits only count from one on, or are years in a row."""
    if _COUNTING.startswith(digits):
        return True
    years = [digits[i : i + _YEARS] for i in range(0, len(digits), _YEARS)]
    return all(len(year) == _YEARS and year[:2] in ("19", "20") for year in years)
