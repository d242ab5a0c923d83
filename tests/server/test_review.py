"""The routes of the review page: who may read what, and what is written down of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assist.evaluate.stable import stable
from assist.events import CallEnded
from assist.server.access import Access, Audit
from assist.server.review import create_review_routes
from assist.server.review_endpoint import REQUESTS
from assist.store.commands import Actor, Assigned
from assist.store.opening import open_store
from tests.evaluate.reviewed import rough
from tests.server.access.house import PASSWORD, PUBLIC, House, house
from tests.server.reviewing import keep

PAGE = {"origin": PUBLIC}


class Desk:
    """Somebody at the page."""

    def __init__(self, client: TestClient, here: House) -> None:
        self.client = client
        self.here = here

    def log_in(self, user: str) -> None:
        asked = {"user": user, "password": PASSWORD}
        assert self.client.post("/api/login", json=asked, headers=PAGE).status_code == 200

    def ask(self, name: str, **asked: Any) -> Any:
        return self.client.post(f"/api/review/{name}", json=asked, headers=PAGE)

    def ids(self, **asked: Any) -> list[str]:
        return sorted(call["id"] for call in self.rows(**asked) if call["reads"])

    def rows(self, **asked: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("calls", **asked).json()["calls"]
        return found

    def reads(self) -> list[tuple[str, str, str]]:
        kinds = ("call_read", "export")
        return [(e.kind, e.call, e.code) for e in self.here.audited if e.kind in kinds]


@pytest.fixture
def settings() -> dict[str, Any]:
    return {}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calls on the disk: two of anna's, one without consent, bob's, one that runs, one empty."""
    data = tmp_path_factory.mktemp("stored") / "data"
    running = tuple(event for event in rough("c4") if not isinstance(event, CallEnded))
    empty = (rough("c7", agent="eve")[0], CallEnded(call_id="c7", seq=2, at=0))

    async def fill() -> None:
        store = await open_store("", data, upgrading=True, durable=False)
        await keep(store, rough(), team="north")
        await keep(store, rough("c2"), team="north", agreed=False)
        await keep(store, rough("c3", agent="bob"), team="south")
        await store.record(Assigned(call_id="c3", reviewer="rita"), Actor("root", "admin"))
        await keep(store, running, team="north")
        await keep(store, empty, team="")
        await store.close()

    asyncio.run(fill())
    return data


@pytest.fixture
def desk(tmp_path: Path, stored: Path, settings: dict[str, Any]) -> Iterator[Desk]:
    here = house(tmp_path, **settings)
    with serving(copytree(stored, tmp_path / "data"), here.access) as client:
        yield Desk(client, here)


def serving(data: Path, access: Access) -> TestClient:
    """Serve the calls of a directory."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        store = await open_store("", data, durable=False)
        routes = create_review_routes(store, access)
        app.router.routes.extend(routes)
        yield
        await store.close()

    app = Starlette(routes=access.routes, lifespan=life)
    return TestClient(app, base_url=PUBLIC if not access.local else "http://127.0.0.1")


def test_an_agent_finds_own_finished_calls(desk: Desk) -> None:
    desk.log_in("anna")

    assert desk.ids() == ["c1", "c2"]
    assert desk.ids(cue="rude") == []
    assert desk.ids(cue="venting", stage="venting", shortest=1000) == ["c1", "c2"]


def test_an_agent_reads_an_own_call_and_that_is_written_down(desk: Desk) -> None:
    desk.log_in("anna")

    told = desk.ask("open", call="c1").json()

    assert (told["type"], told["me"], told["words"]) == ("review", "anna", "kept")
    assert told["lines"][0]["text"].startswith("Good afternoon")
    assert len(told["cues"]) == 14
    assert desk.reads() == [("call_read", "c1", "")]


ABOUT_A_CALL: tuple[tuple[str, dict[str, str]], ...] = (
    ("open", {}),
    ("verdict", {"cue": "venting-c5033", "verdict": "right"}),
    ("note", {"id": "12345678", "text": "x"}),
    ("card", {"cause": "fault"}),
    ("export", {"format": "json"}),
    ("playbooks", {}),
    ("what-if", {"playbook": "en/sales"}),
)


@pytest.mark.parametrize("call", ["c3", "c4", "c9", "../c1", "'"])
def test_unknown_forbidden_and_running_calls_answer_alike(desk: Desk, call: str) -> None:
    desk.log_in("anna")

    answers = [desk.ask(name, call=call, **more) for name, more in ABOUT_A_CALL]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.text for answer in answers} == {'{"error":"there is no such call"}'}
    assert desk.reads() == []


@pytest.mark.parametrize("user", ["root", "sue", "rita"])
def test_others_see_nothing_of_it(desk: Desk, user: str) -> None:
    desk.log_in(user)

    assert "c1" not in desk.ids()
    assert desk.ask("open", call="c1", reason="I want to").status_code == 404
    found = desk.ask("search", query="router", reason="x").json()["lines"]
    assert "c1" not in {line["call"] for line in found}


@pytest.mark.parametrize("settings", [{"supervisor_reads_finished": True}])
def test_a_supervisor_reads_calls_of_own_teams_where_that_is_set(desk: Desk) -> None:
    desk.log_in("sue")

    assert desk.ids() == ["c1", "c2"]
    assert desk.ask("open", call="c1").status_code == 200
    assert desk.ask("open", call="c3").status_code == 404


def test_a_reviewer_reads_an_assigned_call_with_a_reason(desk: Desk) -> None:
    desk.log_in("rita")
    assert desk.ids() == ["c3"]
    assert desk.ask("open", call="c3").status_code == 404
    assert desk.ask("open", call="c3", reason="  ").status_code == 404

    assert desk.ask("open", call="c3", reason="weekly sample").status_code == 200

    read = desk.here.audited[-1]
    assert (read.kind, read.who, read.reason) == ("call_read", "rita", "weekly sample")


def test_a_supervisor_assigns_a_call_of_an_own_team_without_reading_it(desk: Desk) -> None:
    desk.log_in("sue")
    (first, _) = desk.rows()
    assert (first["reads"], first["assignable"], first["reviewers"]) == (False, True, [])
    assert desk.ask("calls").json()["reviewers"] == ["rita"]

    assert desk.ask("assign", call="c1", reviewer="rita").status_code == 200

    told = {row["id"]: row["reviewers"] for row in desk.rows()}
    assert told == {"c1": ["rita"], "c2": []}
    assert desk.ask("open", call="c1", reason="x").status_code == 404
    desk.log_in("rita")
    assert desk.ids() == ["c1", "c3"]
    assert desk.ask("open", call="c1", reason="weekly sample").status_code == 200


def test_what_is_in_a_call_is_not_looked_for_by_who_may_only_assign_it(desk: Desk) -> None:
    desk.log_in("sue")

    assert len(desk.rows(since=1)) == 2
    assert [desk.rows(**one) for one in ({"cue": "venting"}, {"stage": "venting"})] == [[], []]


def test_a_call_that_is_taken_back_is_read_no_more(desk: Desk) -> None:
    desk.log_in("root")

    assert desk.ask("assign", call="c3", reviewer="rita", on=False).status_code == 200

    desk.log_in("rita")
    assert desk.rows() == []
    assert desk.ask("open", call="c3", reason="weekly sample").status_code == 404


@pytest.mark.parametrize("user", ["anna", "rita"])
def test_nobody_assigns_calls_to_themselves(desk: Desk, user: str) -> None:
    desk.log_in(user)

    assert desk.ask("assign", call="c1", reviewer=user).status_code == 404
    assert {row["assignable"] for row in desk.rows()} == {False}


@pytest.mark.parametrize("call", ["c3", "c4", "c9"])
def test_a_call_of_another_team_is_not_there_for_a_supervisor(desk: Desk, call: str) -> None:
    desk.log_in("sue")

    assert desk.ask("assign", call=call, reviewer="rita").status_code == 404


def test_calls_are_assigned_to_reviewers_alone(desk: Desk) -> None:
    desk.log_in("sue")

    answer = desk.ask("assign", call="c1", reviewer="anna")

    assert (answer.status_code, answer.json()["error"]) == (409, "there is no such reviewer")


def test_what_a_call_was_about_is_kept_and_comes_back(desk: Desk) -> None:
    desk.log_in("anna")

    asked = {"cause": "promise", "request": "refund", "sort": "only_possible"}
    assert desk.ask("card", call="c1", **asked).status_code == 200

    assert desk.ask("open", call="c1").json()["cards"] == [{"author": "anna", **asked}]
    assert '"cause": "promise"' in desk.ask("export", call="c1", format="json").text


def test_what_is_found_counts_as_read(desk: Desk) -> None:
    desk.log_in("anna")

    lines = desk.ask("search", query="router").json()["lines"]

    assert {line["call"] for line in lines} == {"c1"}
    assert "router" in lines[0]["text"]
    assert desk.reads() == [("call_read", "c1", "search")]


def test_words_whose_review_was_refused_stay_hidden(desk: Desk) -> None:
    desk.log_in("anna")

    told = desk.ask("open", call="c2")

    assert told.json()["words"] == "consent"
    assert "router" not in told.text
    for name, more in (
        ("verdict", {"cue": "venting-c5033", "verdict": "right"}),
        ("note", {"id": "12345678", "text": "x"}),
        ("card", {"cause": "fault"}),
        ("what-if", {"playbook": "en/sales"}),
    ):
        assert desk.ask(name, call="c2", **more).status_code == 409
    assert "router" not in desk.ask("export", call="c2", format="csv").text


def test_verdicts_and_notes_are_kept_and_come_back(desk: Desk) -> None:
    desk.log_in("anna")
    cue = "venting-c5033"

    assert desk.ask("verdict", call="c1", cue=cue, verdict="wrong").status_code == 200
    assert desk.ask("verdict", call="c1", cue=cue, verdict="late").status_code == 200
    note = {"id": "a1b2c3d4", "text": "Too late.", "at": 5033, "cue": cue}
    for _ in range(2):  # the same note sent twice is kept once
        assert desk.ask("note", call="c1", **note).status_code == 200

    told = desk.ask("open", call="c1").json()
    (venting,) = [one for one in told["cues"] if one["id"] == cue]
    assert venting["verdicts"] == [{"author": "anna", "verdict": "late"}]
    assert [(n["cue"], n["text"], n["author"]) for n in told["notes"]] == [
        (cue, "Too late.", "anna")
    ]


def test_a_cue_that_is_not_in_the_call_is_not_judged(desk: Desk) -> None:
    desk.log_in("anna")

    answer = desk.ask("verdict", call="c1", cue="nothing-a1", verdict="right")

    assert (answer.status_code, answer.json()) == (
        409,
        {"error": "there is no such cue in this call"},
    )


@pytest.mark.parametrize("format", ["json", "csv", "vtt", "html", "labels"])
def test_an_export_is_saved_never_shown_and_written_down(desk: Desk, format: str) -> None:
    desk.log_in("anna")

    answer = desk.ask("export", call="c1", format=format)

    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "Good" in answer.text
    assert desk.reads() == [("export", "c1", format)]


def test_words_of_a_labelled_call_come_when_they_were_stable(desk: Desk) -> None:
    desk.log_in("anna")

    written = desk.ask("export", call="c1", format="labels").json()

    expected = [(word.text, word.at) for word in stable(rough())]
    assert [(word["text"], word["at"]) for word in written["words"]] == expected


def test_what_if_tells_what_another_playbook_would_change(desk: Desk) -> None:
    desk.log_in("anna")
    assert desk.ask("playbooks", call="c1").json()["names"] == ["en/support", "en/sales"]

    same = desk.ask("what-if", call="c1", playbook="en/support").json()
    other = desk.ask("what-if", call="c1", playbook="en/sales").json()

    assert (same["against"], same["changes"]) == ("en/support@1", [])
    assert other["playbook"].startswith("en/sales@")


@pytest.mark.parametrize("name", ["de/support", "/etc/passwd", "users.toml", "en/../support"])
def test_no_other_file_is_tried_as_a_playbook(desk: Desk, name: str) -> None:
    desk.log_in("anna")

    assert desk.ask("what-if", call="c1", playbook=name).status_code == 409


UNREADABLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("calls", {"limit": 0}),
    ("calls", {"since": -1}),
    ("calls", {"order": "agent"}),
    ("open", {}),
    ("open", {"call": ""}),
    ("search", {"query": "x" * 201}),
    ("verdict", {"call": "c1", "cue": "x", "verdict": "bad"}),
    ("note", {"call": "c1", "id": "../../x", "text": "x"}),
    ("note", {"call": "c1", "id": "12345678", "text": "x" * 2001}),
    ("note", {"call": "c1", "id": "12345678", "text": "x" * 20_000}),
    ("card", {"call": "c1", "cause": "the agent"}),
    ("assign", {"call": "c1", "reviewer": "two words"}),
    ("export", {"call": "c1", "format": "exe"}),
)
REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"query": "  "}),
    ("search", {"query": "a", "after": "x"}),
    ("calls", {"after": "x"}),
)


@pytest.mark.parametrize(("asked", "status"), [(UNREADABLE, 400), (REFUSED, 409)])
def test_what_cannot_be_asked_is_answered_by_one_sentence(
    desk: Desk, asked: tuple[tuple[str, dict[str, Any]], ...], status: int
) -> None:
    desk.log_in("anna")

    answers = [desk.ask(name, **more) for name, more in asked]

    assert [answer.status_code for answer in answers] == [status] * len(asked)
    assert {tuple(answer.json()) for answer in answers} == {("error",)}


def test_pages_follow_each_other(desk: Desk) -> None:
    desk.log_in("anna")

    seen, after = [], ""
    for _ in range(10):
        page = desk.ask("calls", limit=1, after=after).json()
        seen += [call["id"] for call in page["calls"]]
        after = page["after"]
        if not after:
            break

    assert seen == ["c2", "c1"]


def test_nobody_else_asks(desk: Desk) -> None:
    assert desk.ask("calls").status_code == 401
    desk.log_in("anna")

    away = desk.client.post(
        "/api/review/calls", json={}, headers={"origin": "https://evil.example"}
    )
    bare = desk.client.post("/api/review/calls", json={})
    form = desk.client.post("/api/review/calls", data={"a": "b"}, headers=PAGE)

    assert (away.status_code, bare.status_code, form.status_code) == (403, 403, 400)
    assert desk.client.get("/api/review/calls").status_code == 405


def test_too_many_requests_wait(desk: Desk) -> None:
    desk.log_in("anna")
    for _ in range(REQUESTS):
        desk.ask("calls", limit=0)

    answer = desk.ask("calls")

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.fixture
def local(tmp_path: Path, stored: Path) -> Iterator[TestClient]:
    """The page of a service that serves this machine alone."""
    access = Access(audit=Audit(None))
    with serving(copytree(stored, tmp_path / "data"), access) as client:
        client.headers["authorization"] = f"Bearer {access.token}"
        yield client


def test_on_one_machine_the_token_reads_everything(local: TestClient) -> None:
    calls = local.post("/api/review/calls", json={}).json()["calls"]
    told = local.post("/api/review/open", json={"call": "c3"}).json()
    wrong = local.post("/api/review/calls", json={}, headers={"authorization": "Bearer x"})

    assert sorted(call["id"] for call in calls) == ["c1", "c2", "c3", "c7"]
    assert told["me"] == "local"
    assert wrong.status_code == 401


def test_a_call_in_which_nothing_happened_is_no_trouble(local: TestClient) -> None:
    told = local.post("/api/review/open", json={"call": "c7"}).json()

    assert (told["lines"], told["cues"], told["call"]["duration"]) == ([], [], 0)
