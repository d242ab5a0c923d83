"""`followup_missing`, `unhappy_at_close`: how a call ends."""

import pytest

from tests.script import Stretch, cleared, cues, script, told

FOLLOW, UNHAPPY = "followup_missing", "unhappy_at_close"
ISSUE: Stretch = (
    2500,
    7000,
    "my router is broken and the connection drops every evening.",
)
HELP: Stretch = (0, 2000, "Good morning, how can I help?")
ANLIEGEN: Stretch = (2500, 7000, "mein Router ist kaputt und das Internet fällt jeden Abend aus.")
HILFE: Stretch = (0, 2000, "Guten Morgen, was kann ich für Sie tun?")
END: Stretch = (16_000, 18_000, "Is there anything else today?")
ENDE: Stretch = (16_000, 18_000, "Kann ich sonst noch etwas für Sie tun?")


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        ("en", "The router is black.", 1),
        ("en", "I'll be in touch.", 1),
        ("en", "Nobody called you back.", 1),
        ("en", "They are closed until Monday.", 1),
        ("en", "I'll call you back tomorrow.", 0),
        ("en", "I'll email you the confirmation.", 0),
        ("en", "I'll be in touch by Friday.", 0),
        ("en", "The engineer comes on Tuesday at ten.", 0),
        ("de", "Das Gerät ist schwarz.", 1),
        ("de", "Zurückgerufen habe ich schon.", 1),
        ("de", "Ich melde mich bei Ihnen.", 1),
        ("de", "Ich rufe Sie morgen um zehn zurück.", 0),
        ("de", "Ich melde mich bis Freitag bei Ihnen.", 0),
        ("de", "Sie bekommen eine Bestätigung per Mail.", 0),
    ],
)
def test_a_call_ends_with_who_comes_back_and_when_or_how(
    language: str, said: str, found: int
) -> None:
    turns = (HELP, END) if language == "en" else (HILFE, ENDE)
    call = script(
        customer=[ISSUE if language == "en" else ANLIEGEN],
        agent=[turns[0], (8000, 11_000, said), turns[1]],
        language=language,
    )

    assert len(cues(call, FOLLOW)) == found


def test_one_end_is_noticed_once() -> None:
    call = script(
        customer=[ISSUE, (18_500, 19_500, "No, goodbye.")],
        agent=[HELP, END, (20_000, 21_000, "Have a nice day.")],
        after=9000,
    )

    assert len(cues(call, FOLLOW)) == 1


def test_only_the_agent_asks_for_anything_else_at_the_end() -> None:
    asks = (8000, 11_000, "Can you find me anything else with a modem in it?")

    assert cues(script(customer=[ISSUE, asks], agent=[HELP]), FOLLOW) == []


def test_a_follow_up_after_all_ends_it() -> None:
    call = script(
        customer=[ISSUE], agent=[HELP, END, (23_000, 25_000, "I'll call you back tomorrow.")]
    )

    assert [(c.reason, c.by) for c in cleared(told(call), FOLLOW)] == [("cleared", "agent")]


def test_a_greeting_is_no_parting() -> None:
    call = script(agent=[(0, 2000, "Thank you for calling Northgate, goodbye winter.")], after=9000)

    assert cues(call, FOLLOW) == []


@pytest.mark.parametrize(
    ("language", "said", "found"),
    [
        ("en", "I guess so.", 1),
        ("en", "I suppose so.", 1),
        ("en", "No, that's lovely, thanks.", 0),
        ("en", "I guess the router was old.", 0),
        ("de", "Na gut, wenn's sein muss.", 1),
        ("de", "Meinetwegen.", 1),
        ("de", "Nein danke, das passt alles.", 0),
    ],
)
def test_grudging_words_at_the_end_are_noticed(language: str, said: str, found: int) -> None:
    turns = (HELP, END) if language == "en" else (HILFE, ENDE)
    call = script(
        customer=[ISSUE if language == "en" else ANLIEGEN, (18_500, 20_000, said)],
        agent=list(turns),
        language=language,
        after=6000,
    )

    assert len(cues(call, UNHAPPY)) == found


def test_grudging_words_are_noticed_with_the_agents_goodbye() -> None:
    bye: Stretch = (20_500, 22_000, "All right then, have a nice day.")
    call = script(customer=[ISSUE, (18_500, 20_000, "I guess so.")], agent=[HELP, END, bye])

    (cue,) = cues(call, UNHAPPY)

    assert cue.at < 24_000


def test_grudging_words_in_the_middle_are_not() -> None:
    call = script(customer=[ISSUE, (9000, 10_000, "I guess so.")], agent=[HELP], after=9000)

    assert cues(call, UNHAPPY) == []


def test_an_abusive_call_that_is_ended_by_protocol_owes_nothing() -> None:
    call = script(
        customer=[ISSUE],
        agent=[
            HELP,
            (9000, 12_000, "I'm going to end this call now."),
            (12_500, 13_500, "Goodbye."),
        ],
        after=6000,
    )

    assert cues(call, FOLLOW) == []
