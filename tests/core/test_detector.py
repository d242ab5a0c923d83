from assist.core.complaint import Complaint
from assist.core.conversation import Conversation
from assist.core.detector import Scene, cleared, cue_id, detected, withdrawn
from assist.core.lexicon import lexicon
from assist.events import CueDetected
from assist.settings import load_playbook


def scene() -> Scene:
    talk = Conversation(lexicon(load_playbook("en")))
    talk.now = 5000
    return Scene(talk, Complaint(talk))


def venting() -> CueDetected:
    """Make a detection at 5000."""
    return detected(
        "venting",
        "SCORE",
        scene=scene(),
        channel="customer",
        start=1000,
        end=5000,
        confidence=0.85,
        evidence=(),
    )


def test_the_same_evidence_gives_the_same_id() -> None:
    assert cue_id("venting", "customer", 1200) == "venting-c1200"


def test_a_detection_names_its_rule_and_its_playbook() -> None:
    cue = venting()

    assert (cue.at, cue.rule, cue.playbook) == (5000, "venting.SCORE", "en/support@1")


def test_what_is_cleared_keeps_its_id() -> None:
    cue = venting()

    assert cleared(cue, 9000, by="agent").id == cue.id


def test_a_withdrawn_candidate_says_that_it_was_corrected() -> None:
    gone = withdrawn("refusal_spoken", "CANT", at=5, channel="agent", start=1, evidence=())

    assert (gone.reason, gone.id) == ("self_corrected", "refusal_spoken-a1")
