"""What people read in place of the codes of a card, in English and German; pure."""

from collections.abc import Mapping

from assist.evaluate.review_messages import CardLine

NAMES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "cause": {
        "product": ("the product", "das Produkt"),
        "fault": ("a fault or outage", "Störung oder Ausfall"),
        "delivery": ("delivery", "Lieferung"),
        "billing": ("bill or payment", "Rechnung oder Zahlung"),
        "information": ("wrong or missing information", "falsche oder fehlende Auskunft"),
        "promise": ("a promise that was not kept", "eine nicht gehaltene Zusage"),
        "waiting": ("waiting, nobody reached", "Warten, niemand erreichbar"),
        "process": ("a rule or procedure", "eine Regel oder ein Ablauf"),
        "outside": ("something outside our reach", "etwas außerhalb unserer Reichweite"),
        "other": ("something else", "etwas anderes"),
    },
    "request": {
        "refund": ("money back", "Geld zurück"),
        "discount": ("a discount", "einen Nachlass"),
        "replacement": ("a replacement", "Ersatz"),
        "repair": ("a repair", "eine Reparatur"),
        "date": ("a date or an earlier one", "einen Termin oder einen früheren"),
        "information": ("information", "eine Auskunft"),
        "callback": ("a call back", "einen Rückruf"),
        "cancellation": ("to cancel", "kündigen"),
        "exception": ("an exception", "eine Ausnahme"),
        "apology": ("an apology", "eine Entschuldigung"),
        "other": ("something else", "etwas anderes"),
    },
    "sort": {
        "both": ("reasonable and possible", "berechtigt und möglich"),
        "only_reasonable": ("reasonable, but not possible", "berechtigt, aber nicht möglich"),
        "only_possible": ("possible, but not reasonable", "möglich, aber nicht berechtigt"),
        "neither": ("neither", "keins von beidem"),
    },
}
"""By field and code."""


def said(card: CardLine, language: str) -> str:
    """Return what a card says, in a language; what it leaves open is left out."""
    fields = {"cause": card.cause, "request": card.request, "sort": card.sort}
    names = [NAMES[field][code] for field, code in fields.items() if code]
    return " · ".join(german if language == "de" else english for english, german in names)
