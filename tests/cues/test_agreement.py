"""`solution_not_confirmed`, `steps_unexplained`: a proposal owes a yes, a yes owes the steps."""

from tests.script import Stretch, cleared, cues, script, told

CONFIRM, STEPS = "solution_not_confirmed", "steps_unexplained"
ISSUE: Stretch = (0, 5000, "my router is broken and the internet connection drops every evening.")
OFFER: Stretch = (5500, 9000, "What I can do is send you a new router.")
ANGEBOT: Stretch = (5500, 9000, "Ich kann Ihnen ein neues Gerät anbieten.")


def test_going_on_to_the_steps_without_a_yes_is_noticed() -> None:
    call = script(
        customer=[ISSUE, (9500, 10_500, "Hm, a new router.")],
        agent=[OFFER, (11_000, 15_000, "So first I print the label, then you get a parcel.")],
    )

    assert [cue.rule for cue in cues(call, CONFIRM)] == ["solution_not_confirmed.UNCONFIRMED_STEPS"]


def test_going_on_to_the_end_without_a_yes_is_noticed() -> None:
    call = script(
        customer=[ISSUE, (9500, 10_500, "Hm, ein neues.")],
        agent=[ANGEBOT, (11_000, 13_000, "Kann ich sonst noch etwas für Sie tun?")],
        language="de",
    )

    assert len(cues(call, CONFIRM)) == 1


def test_a_yes_confirms() -> None:
    for yes in ("That works for me.", "Yeah, that sounds good.", "Perfect, thank you."):
        call = script(
            customer=[ISSUE, (9500, 10_500, yes)],
            agent=[OFFER, (11_000, 15_000, "So first I print the label, then you get a parcel.")],
        )

        assert cues(call, CONFIRM) == [], yes


def test_a_bare_okay_confirms_only_what_was_asked() -> None:
    steps: Stretch = (14_000, 18_000, "So first I print the label, then you get a parcel.")
    asked = script(
        customer=[ISSUE, (12_000, 12_500, "Okay.")],
        agent=[OFFER, (9500, 11_000, "Does that work for you?"), steps],
    )
    told_only = script(customer=[ISSUE, (12_000, 12_500, "Okay.")], agent=[OFFER, steps])

    assert cues(asked, CONFIRM) == []
    assert len(cues(told_only, CONFIRM)) == 1


def test_a_no_is_no_yes_when_the_agent_goes_on_all_the_same() -> None:
    call = script(
        customer=[ISSUE, (9500, 11_000, "No, that doesn't help me.")],
        agent=[OFFER, (11_500, 15_000, "So first I print the label, then you get a parcel.")],
    )

    assert len(cues(call, CONFIRM)) == 1


def test_steps_stay_owed_though_the_customer_asks_something() -> None:
    call = script(
        customer=[ISSUE, (9500, 10_500, "That works for me."), (10_800, 12_500, "Is it white?")],
        agent=[OFFER, (13_000, 14_500, "It is white, yes.")],
        after=20_000,
    )

    assert len(cues(call, STEPS)) == 1


def test_sarcasm_is_no_yes() -> None:
    call = script(
        customer=[ISSUE, (9500, 11_000, "Great, wonderful service, really.")],
        agent=[OFFER, (11_500, 15_000, "So first I print the label, then you get a parcel.")],
    )

    assert len(cues(call, CONFIRM)) == 1


def test_a_yes_afterwards_ends_it() -> None:
    events = told(
        script(
            customer=[ISSUE, (9500, 10_500, "Hm, a new router."), (20_000, 21_000, "That's fine.")],
            agent=[OFFER, (11_000, 15_000, "So first I print the label, then you get a parcel.")],
        )
    )

    assert [(end.reason, end.by) for end in cleared(events, CONFIRM)] == [("cleared", "customer")]


def test_a_yes_without_steps_is_noticed_after_two_turns() -> None:
    call = script(
        customer=[ISSUE, (9500, 10_500, "That works for me."), (13_000, 13_800, "Yes, I see.")],
        agent=[OFFER, (11_000, 12_500, "Great, that is nice."), (14_500, 16_000, "It is black.")],
    )

    (cue,) = cues(call, STEPS)

    assert 16_000 < cue.at < 19_000


def test_a_yes_without_steps_is_noticed_after_twenty_seconds() -> None:
    call = script(
        customer=[ISSUE, (9500, 10_500, "That works for me.")],
        agent=[OFFER, (11_000, 12_500, "Great, that is nice.")],
        after=22_000,
    )

    (cue,) = cues(call, STEPS)

    assert 30_500 <= cue.at <= 31_500


def test_steps_that_are_told_in_time_are_enough() -> None:
    call = script(
        customer=[ISSUE, (9500, 10_500, "Das passt mir gut.")],
        agent=[
            ANGEBOT,
            (11_000, 15_000, "Dann bestelle ich es jetzt zuerst, danach bekommen Sie eine Mail."),
            (16_000, 17_500, "Es ist schwarz."),
        ],
        language="de",
        after=22_000,
    )

    assert cues(call, STEPS) == []


def test_a_yes_to_nothing_owes_no_steps() -> None:
    call = script(customer=[ISSUE, (9500, 10_500, "That's fine.")], after=24_000)

    assert cues(call, STEPS) == []
