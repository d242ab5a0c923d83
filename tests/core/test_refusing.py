"""Sentences of an agent after a request, written fresh: which of them refuse?"""

import pytest

from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.refusing import Refused, offers, refuses
from assist.events import Channel, TranscriptFinal, Word
from assist.settings import load_playbook

REQUEST = {
    "en": "Can you do that for me today?",
    "de": "Können Sie das heute noch für mich machen?",
}

REFUSES_EN = (
    "No.",
    "Nope, sorry.",
    "No, I'm afraid not.",
    "I can't do that.",
    "I can not give you that information.",
    "We cannot extend the warranty.",
    "We won't be sending another engineer.",
    "I'm afraid I can't authorise a credit of that size.",
    "Unfortunately the discount isn't valid any more.",
    "Sorry, we can't waive the fee.",
    "That's not possible without a receipt.",
    "It's impossible to change the name on the ticket.",
    "That is out of the question.",
    "The early slot isn't available.",
    "Delivery on Sundays is not included in your plan.",
    "I'm not able to override that.",
    "I'm not authorised to make that decision.",
    "We are unable to trace the parcel any further.",
    "I'm not allowed to share those details.",
    "Our policy doesn't cover water damage.",
    "The system won't let me do that.",
    "There's nothing more I can do from here.",
    "My hands are tied on this one.",
    "That's against our rules.",
    "You're not eligible for the upgrade.",
    "You aren't entitled to compensation.",
    "You can't return opened software.",
    "You won't be able to cancel before March.",
    "The contract cannot be ended early.",
    "Those items can't be exchanged.",
    "I couldn't find a free slot this week.",
    "The transfer did not go through.",
    "We weren't able to reserve the room.",
    "We don't offer refunds on sale items.",
    "We don't ship to that country.",
    "There are no appointments left this week.",
    "We are fully booked until Thursday.",
    "You'd have to pay for the visit yourself.",
    "We only do exchanges.",
    "Nobody here can approve that.",
    "I have to decline your request.",
    "If you don't have the receipt, I can't refund it.",
    "That's something we just can't do, I'm afraid.",
)

HARMLESS_EN = (
    "No problem.",
    "No worries, I have it here.",
    "There is no charge for that.",
    "No, absolutely, we can do that.",
    "No, of course, I understand.",
    "No, that makes sense.",
    "No, you're right.",
    "I no what you mean.",
    "I can't say no to that.",
    "That's not impossible.",
    "We won't charge you for the call.",
    "You won't be charged twice.",
    "It won't take long.",
    "That won't happen again.",
    "You don't have to send it back.",
    "You don't need a receipt.",
    "We don't want to lose you as a customer.",
    "You can't go wrong with that one.",
    "I haven't received it yet.",
    "The parcel hasn't arrived at our depot.",
    "Your router isn't responding.",
    "I'm not sure which one you mean.",
    "I don't know the exact date.",
    "I don't see the second invoice here.",
    "I can't hear you very well.",
    "I couldn't agree more.",
    "If you can't find it, call me.",
    "If that doesn't help, we will send somebody.",
    "Can you not see the light?",
    "Why don't we try it together?",
    "Isn't that the old number?",
    "So you can't log in at all?",
    "You're unable to log in, right?",
    "So they told you no.",
    "The message says it is not possible.",
    "Does the error say cannot connect?",
    "No. 5 is the right one.",
    "Mr. Knoe is on the list.",
    "N as in Nora, O as in Otto.",
    "I have to read you this: it cannot be refunded after 14 days.",
    "Not only that, you also get a voucher.",
    "I'm sorry that your router didn't arrive.",
    "I'm sorry to hear that.",
    "Don't worry about the bill.",
    "That is not a problem.",
    "No, it's fine.",
)

REFUSES_DE = (
    "Nein.",
    "Nee, leider.",
    "Nein, tut mir leid.",
    "Das geht leider nicht.",
    "Heute geht das nicht mehr.",
    "So geht das nicht.",
    "Geht leider nicht.",
    "Das ist nicht möglich.",
    "Das ist leider not possible.",
    "Leider ist das bei Ihrem Tarif nicht enthalten.",
    "Das kann ich Ihnen nicht erstatten.",
    "Ich kann Ihnen die Gebühr leider nicht erlassen.",
    "Wir können den Techniker nicht früher schicken.",
    "Das dürfen wir nicht.",
    "Da darf ich Ihnen keine Auskunft geben.",
    "Kann ich leider nicht machen.",
    "Das machen wir nicht.",
    "Wir bieten diesen Tarif nicht an.",
    "Dafür sind wir leider nicht zuständig.",
    "Dazu bin ich nicht befugt.",
    "Da sind mir die Hände gebunden.",
    "Unsere Richtlinien erlauben das nicht.",
    "Das System lässt das nicht zu.",
    "Das ist im Vertrag nicht vorgesehen.",
    "Da kann ich leider nichts machen.",
    "Das lässt sich nicht mehr ändern.",
    "Das ist ausgeschlossen.",
    "Das kommt nicht in Frage.",
    "Auf keinen Fall.",
    "Sie haben keinen Anspruch auf eine Erstattung.",
    "Das steht Ihnen leider nicht zu.",
    "Sie können den Vertrag nicht vorher kündigen.",
    "Das können Sie nicht mehr umtauschen.",
    "Wir haben diese Woche keine freien Termine mehr.",
    "Da muss ich Sie leider enttäuschen.",
    "Das muss ich ablehnen.",
    "Ich konnte den Platz leider nicht reservieren.",
    "Die Überweisung ist fehlgeschlagen.",
    "Die Garantie ist schon abgelaufen.",
    "Das müssten Sie selbst bezahlen.",
    "Am Samstag kommt leider niemand raus.",
    "Da gibt es keine Möglichkeit.",
    "Wir führen diese Marke nicht.",
    "Tut mir leid, das machen wir nicht.",
    "Das ist technisch nicht machbar.",
    "Wenn die Rechnung fehlt, kann ich das nicht erstatten.",
)

HARMLESS_DE = (
    "Kein Problem.",
    "Kein Thema, das mache ich.",
    "Keine Sorge, wir finden das.",
    "Nein, natürlich machen wir das.",
    "Nein, Sie haben recht.",
    "Nein, das verstehe ich.",
    "Nein, das ist nachvollziehbar.",
    "Nein, das ist völlig in Ordnung.",
    "Na ja.",
    "Das ist doch schön, nicht wahr?",
    "Das war am Montag, oder nicht?",
    "Das ist die neue Nummer, ne?",
    "Das ist nicht unmöglich.",
    "Da kann nichts schiefgehen.",
    "Ich habe die Mail noch nicht bekommen.",
    "Wir berechnen Ihnen dafür nichts.",
    "Es entstehen Ihnen keine Kosten.",
    "Das dauert nicht lange.",
    "Das passiert nicht noch einmal.",
    "Sie müssen gar nichts machen.",
    "Sie brauchen keine Rechnung.",
    "Machen Sie sich keine Gedanken.",
    "Wir möchten Sie nicht verlieren.",
    "Seit Montag geht es nicht.",
    "Ihr Router reagiert nicht.",
    "Ich bin mir nicht sicher.",
    "Ich weiß es nicht genau.",
    "Das weiß ich leider nicht.",
    "Ich sehe die zweite Rechnung hier nicht.",
    "Ich kann Sie nicht gut verstehen.",
    "Ich konnte Sie gerade nicht hören.",
    "Wenn es nicht geht, rufen Sie mich an.",
    "Können Sie die Lampe nicht sehen?",
    "Warum geht das nicht?",
    "Sie können sich also nicht anmelden?",
    "Haben Sie keine Mail bekommen?",
    "Dann hieß es, das geht nicht.",
    "Ihnen wurde gesagt, das ist nicht möglich.",
    "Die Fehlermeldung lautet nicht möglich.",
    "Frau Nein ist nicht am Apparat.",
    "Nr. 9 ist die richtige.",
    "N wie Nordpol, O wie Otto.",
    "Ich muss Sie darauf hinweisen, dass der Kauf nicht storniert werden kann.",
    "Nicht nur das, Sie bekommen auch einen Gutschein.",
    "Es tut mir leid, dass Ihr Router nicht angekommen ist.",
    "Bleiben Sie ganz ruhig dran.",
    "Das ist nicht schlimm.",
    "Da haben Sie nicht unrecht.",
)

OFFERS = {
    "en": (
        "What I can do is send you a new one.",
        "but I can book you in for Friday.",
        "How about a voucher instead?",
        "Let's try the other branch.",
        "Would you like me to call the shop?",
        "You can also return it by post.",
        "I could ask my colleague in the workshop.",
        "Alternatively there is a later train.",
    ),
    "de": (
        "aber ich kann Ihnen anbieten, dass Sie das Geld am Freitag bekommen.",
        "Was ich machen kann, ist ein Rückruf.",
        "Ich kann Ihnen aber einen Gutschein geben.",
        "Wie wäre es mit Donnerstag?",
        "Sie können das Gerät aber online umtauschen.",
        "Ich biete Ihnen stattdessen einen Rabatt an.",
        "Lassen Sie uns darüber reden.",
        "Alternativ schicke ich Ihnen ein Ersatzgerät.",
    ),
}

NO_OFFERS = {
    "en": (
        "Is there anything else I can do for you?",
        "Can I help you with something else?",
        "I can see why you are upset.",
        "There is nothing we can do.",
        "I can't offer you that.",
        "What can I do for you?",
    ),
    "de": (
        "Kann ich sonst noch etwas für Sie tun?",
        "Was kann ich für Sie tun?",
        "Das kann ich gut verstehen.",
        "Das kann ich Ihnen nicht anbieten.",
        "Da können wir leider nichts machen.",
        "Der Vertrag läuft bis März.",
    ),
}


def after_request(language: str, sentence: str, *, asked: str | None = None) -> Conversation:
    """Let the customer ask and the agent answer."""
    talk = Conversation(lexicon(load_playbook(language)))
    say(talk, "customer", asked or REQUEST[language], start=1000)
    say(talk, "agent", sentence, start=6000)
    return talk


def say(talk: Conversation, channel: Channel, sentence: str, *, start: int) -> None:
    words = tuple(
        Word(text=text, start=start + 300 * i, end=start + 300 * i + 250)
        for i, text in enumerate(sentence.split())
    )
    end = words[-1].end + 500
    talk.apply(
        TranscriptFinal(
            at=end, utterance=f"{channel}{start}", channel=channel, words=words, revision=1
        )
    )


def refused(talk: Conversation) -> list[Refused]:
    return [r for c in talk.sides["agent"].clauses if (r := refuses(c, talk)) is not None]


def offered(talk: Conversation) -> bool:
    return any(offers(c, talk) is not None for c in talk.sides["agent"].clauses)


@pytest.mark.parametrize("sentence", REFUSES_EN)
def test_an_english_refusal_is_found(sentence: str) -> None:
    assert refused(after_request("en", sentence))


@pytest.mark.parametrize("sentence", REFUSES_DE)
def test_a_german_refusal_is_found(sentence: str) -> None:
    assert refused(after_request("de", sentence))


@pytest.mark.parametrize("sentence", HARMLESS_EN)
def test_an_english_negation_that_refuses_nothing_is_left_alone(sentence: str) -> None:
    assert not refused(after_request("en", sentence))


@pytest.mark.parametrize("sentence", HARMLESS_DE)
def test_a_german_negation_that_refuses_nothing_is_left_alone(sentence: str) -> None:
    assert not refused(after_request("de", sentence))


@pytest.mark.parametrize(("language", "sentence"), [(x, s) for x in OFFERS for s in OFFERS[x]])
def test_what_is_possible_is_heard_as_an_offer(language: str, sentence: str) -> None:
    assert offered(after_request(language, sentence))


@pytest.mark.parametrize(
    ("language", "sentence"), [(x, s) for x in NO_OFFERS for s in NO_OFFERS[x]]
)
def test_politeness_and_refusals_are_no_offers(language: str, sentence: str) -> None:
    assert not offered(after_request(language, sentence))


@pytest.mark.parametrize(
    ("language", "asked", "answer"),
    [
        ("en", "You don't need my number, right?", "No."),
        ("de", "Sie brauchen meine Nummer nicht, oder?", "Nein."),
        ("en", "Is it the blue one?", "No."),
        ("de", "Ist das die alte Nummer?", "Nein."),
        ("en", "The light is red now.", "No."),
        ("de", "Die Lampe leuchtet rot.", "Nein."),
    ],
)
def test_a_bare_no_without_a_request_refuses_nothing(
    language: str, asked: str, answer: str
) -> None:
    assert not refused(after_request(language, answer, asked=asked))


def test_a_bare_no_after_anything_else_refuses_nothing() -> None:
    talk = Conversation(lexicon(load_playbook("en")))
    say(talk, "agent", "Is there anything else you want me to check?", start=1000)
    say(talk, "customer", "No, please.", start=5000)
    say(talk, "agent", "No.", start=7000)

    assert not refused(talk)


def test_a_single_word_that_the_recogniser_doubts_refuses_nothing() -> None:
    talk = after_request("en", "Yes.")
    unsure = Word(text="Impossible.", start=9000, end=9400, probability=0.4)
    talk.apply(
        TranscriptFinal(at=10_000, utterance="a9", channel="agent", words=(unsure,), revision=1)
    )

    assert not refused(talk)


PLACED_DE = (
    "Die Gästekarte gilt bloß im Hauptgebäude, weil das Nebenhaus der Stadt gehört.",
    "Bis Mittag bügelt das keine Menschenseele, da fehlt keiner freiwillig.",
    "Samstags gießt da niemand.",
)
"""Refusals that no phrase knows: the first thing said after a request."""
ACTING_DE = (
    "Gern, ich lege Ihnen das Heft zurück, weil wir noch zwei haben.",
    "Einen Moment bitte, ich frage kurz nach, weil die Liste neu ist.",
    "Da müssen Sie nichts unterschreiben.",
    "Wie war noch Ihr Name?",
)


@pytest.mark.parametrize("sentence", PLACED_DE)
def test_what_comes_first_after_a_request_refuses_by_its_form(sentence: str) -> None:
    assert refused(after_request("de", sentence))


@pytest.mark.parametrize("sentence", ACTING_DE)
def test_an_answer_that_does_something_refuses_nothing(sentence: str) -> None:
    assert not refused(after_request("de", sentence))


@pytest.mark.parametrize(
    ("language", "asked", "answer"),
    [
        ("en", "Could somebody come on Saturday?", "That's a good question."),
        ("en", "Could somebody come on Saturday?", "We get asked that a lot."),
        ("de", "Kann am Samstag jemand kommen?", "Das wird oft gefragt."),
        ("de", "Kann am Samstag jemand kommen?", "Das ist so eine Sache."),
    ],
)
def test_what_leads_to_an_answer_is_none(language: str, asked: str, answer: str) -> None:
    assert not refused(after_request(language, answer, asked=asked))


@pytest.mark.parametrize("answer", ["Das wird oft gefragt.", "Am Samstag jemanden schicken, hm."])
def test_the_answer_behind_a_preamble_or_an_echo_is_the_first_thing_said(answer: str) -> None:
    reason = "Der Dienst fährt unter der Woche, weil samstags das Lager zu ist."
    talk = after_request("de", answer, asked="Können Sie mir am Samstag jemanden schicken?")
    say(talk, "agent", reason, start=10_000)

    assert [found.rule.name for found in refused(talk)] == ["IMPLICIT_LIKELY"]


def test_what_the_agent_only_sums_up_is_no_refusal() -> None:
    told = "The roof is gone and the mower is soaked, can you send somebody?"
    talk = after_request("en", "So the roof's gone and the mower's soaked.", asked=told)

    assert not refused(talk)
