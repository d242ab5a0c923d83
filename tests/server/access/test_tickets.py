from assist.server.access.tickets import EACH, Tickets, hashed
from assist.server.access.who import Who

ANNA = Who("anna")
PAGE = "https://assist.example.org:443"


def test_a_ticket_tells_whose_it_is_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue(ANNA, origin=PAGE, now=0)

    found = [tickets.redeem(ticket, origin=PAGE, now=1) for _ in range(2)]

    assert found == [ANNA, "ticket_unknown"]


def test_after_half_a_minute_a_ticket_is_worth_nothing() -> None:
    tickets = Tickets()
    early, late = (tickets.issue(ANNA, origin=PAGE, now=0) for _ in range(2))

    assert tickets.redeem(early, origin=PAGE, now=29.9) == ANNA
    assert tickets.redeem(late, origin=PAGE, now=30) == "ticket_expired"


def test_another_page_spoils_the_ticket() -> None:
    tickets = Tickets()
    ticket = tickets.issue(ANNA, origin=PAGE, now=0)

    assert tickets.redeem(ticket, origin="https://evil.example:443", now=1) == (
        "ticket_of_another_page"
    )
    assert tickets.redeem(ticket, origin=PAGE, now=1) == "ticket_unknown"


def test_only_hashes_are_kept() -> None:
    tickets = Tickets()
    ticket = tickets.issue(ANNA, origin=PAGE, now=0)

    assert list(tickets._open) == [hashed(ticket)]
    assert len(ticket) >= 43  # 256 bits


def test_nobody_hoards_tickets() -> None:
    tickets = Tickets()
    for _ in range(100):
        tickets.issue(ANNA, origin=PAGE, now=0)
    tickets.issue(Who("bob"), origin=PAGE, now=0)

    assert len(tickets) == EACH + 1


def test_expired_tickets_are_forgotten() -> None:
    tickets = Tickets()
    tickets.issue(ANNA, origin=PAGE, now=0)

    tickets.issue(Who("bob"), origin=PAGE, now=31)

    assert len(tickets) == 1


def test_nonsense_is_no_ticket() -> None:
    assert Tickets().redeem("\ud800", origin=PAGE, now=0) == "ticket_unknown"
