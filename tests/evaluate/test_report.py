"""The report of a call: one page that needs nothing else."""

from html.parser import HTMLParser

from msgspec.structs import replace

from assist.evaluate.report import report
from assist.evaluate.review import wordless
from assist.evaluate.review_messages import CardLine, Judgement
from tests.evaluate.reviewed import told


class Reader(HTMLParser):
    """Collects tags and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_needs_no_script_and_no_other_file() -> None:
    page = Reader(report(told()))

    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "url(" not in report(told())


def test_it_tells_nudges_cues_stages_and_words() -> None:
    text = Reader(report(told())).text

    for told_too in (
        "Say what you can do instead.",
        " / 4",  # a number beside the threshold that it met
        "complaint goes on",
        "Good afternoon",
    ):
        assert told_too in text


def test_nothing_that_was_said_becomes_markup() -> None:
    call = told()
    evil = replace(call, lines=(replace(call.lines[0], text="<script>alert(1)</script>"),))

    page = Reader(report(evil))

    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text


def test_a_german_call_has_a_german_report() -> None:
    call = told()
    german = replace(call, call=replace(call.call, language="de"))

    assert '<html lang="de">' in report(german)
    assert "Mitschrift" in report(german)


def test_without_words_it_says_why() -> None:
    page = report(wordless(replace(told(), words="erased")))

    assert "The words of this call were erased." in page
    assert "ridiculous" not in page


def test_it_tells_what_the_call_was_about() -> None:
    card = CardLine(author="rita", cause="promise", request="refund", sort="both")

    text = Reader(report(replace(told(), cards=(card,)))).text

    assert "rita" in text
    assert "a promise that was not kept · money back · reasonable and possible" in text


def test_verdicts_stand_beside_their_cue() -> None:
    call = told()
    judged = replace(call.cues[0], verdicts=(Judgement(author="rita", verdict="late"),))

    assert "too late" in report(replace(call, cues=(judged, *call.cues[1:])))
