"""What people read in place of a cue's id: what was noticed, never what somebody is like; pure."""

from collections.abc import Iterable, Mapping

from assist.events import Part

NAMES: Mapping[str, tuple[str, str]] = {
    "venting": ("complaint goes on", "Beschwerde hält an"),
    "agent_interrupted": ("talking over", "ins Wort gefallen"),
    "calm_down_said": ("“calm down” said", "„beruhigen“ gesagt"),
    "silent_listener": ("no word of listening", "kein Wort des Zuhörens"),
    "good_listening": ("listening heard", "Zuhören gehört"),
    "defensive_reply": ("reply defends", "Antwort verteidigt"),
    "customer_escalates": ("escalation words", "Eskalationswörter"),
    "agent_rude": ("words against the customer", "Worte gegen den Kunden"),
    "long_wait_ack": ("long wait not named", "lange Wartezeit nicht genannt"),
    "empathy_missing": ("no understanding said", "kein Verständnis gesagt"),
    "solution_before_feelings": ("solution came first", "Lösung kam zuerst"),
    "empathy_given": ("understanding said", "Verständnis gesagt"),
    "sympathy_not_empathy": ("pity instead of understanding", "Mitleid statt Verständnis"),
    "apology_overuse": ("many apologies", "viele Entschuldigungen"),
    "no_clarifying_question": ("no clarifying question", "keine Rückfrage"),
    "off_track": ("off the track", "vom Thema ab"),
    "bridge_done": ("bridge back to the topic", "Brücke zurück zum Thema"),
    "mirror_missing": ("no summary", "keine Zusammenfassung"),
    "mirroring_done": ("summary given", "Zusammenfassung gegeben"),
    "customer_told_wrong": ("customer told to be wrong", "Kunde berichtigt"),
    "refusal_spoken": ("“no” spoken", "„Nein“ gesagt"),
    "why_missing": ("no reason given", "keine Begründung"),
    "alternative_missing": ("no alternative", "keine Alternative"),
    "alternative_offered": ("alternative offered", "Alternative angeboten"),
    "early_no": ("early “no”", "frühes „Nein“"),
    "sceptical_reply": ("reply in doubt", "zweifelnde Antwort"),
    "argue_loop": ("back and forth", "Hin und Her"),
    "explanation_too_long": ("long explanation", "lange Erklärung"),
    "request_unreasonable": ("request out of reach", "unerfüllbarer Wunsch"),
    "overpromise": ("promise too large", "zu großes Versprechen"),
    "goal_unasked": ("goal not asked", "Ziel nicht erfragt"),
    "hold_unexplained": ("hold without a word", "Warten ohne Erklärung"),
    "long_silence": ("long silence", "lange Stille"),
    "solution_not_confirmed": ("solution not confirmed", "Lösung nicht bestätigt"),
    "steps_unexplained": ("steps not explained", "Schritte nicht erklärt"),
    "stuck_no_solution": ("no solution in sight", "keine Lösung in Sicht"),
    "followup_missing": ("no follow-up", "keine Rückmeldung vereinbart"),
    "unhappy_at_close": ("complaint words at the close", "Beschwerdewörter am Ende"),
    "mistake_structure": ("mistake not resolved", "Fehler nicht aufgelöst"),
}
"""By id: English, German."""


class CueName(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a cue is called."""

    id: str
    en: str
    de: str


def names(cues: Iterable[str]) -> tuple[CueName, ...]:
    """Return the names of cues; an operator's own cue is called by its id."""
    return tuple(_name(cue) for cue in sorted(set(cues)))


def called(cue: str, language: str) -> str:
    """Return what a cue is called in a language."""
    name = _name(cue)
    return name.de if language == "de" else name.en


def _name(cue: str) -> CueName:
    plain = cue.replace("_", " ")
    en, de = NAMES.get(cue, (plain, plain))
    return CueName(id=cue, en=en, de=de)
