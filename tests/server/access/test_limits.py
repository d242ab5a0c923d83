import pytest

from assist.server.access.limits import KEPT, Bucket, Connections, Lock, Tries, neighbourhood


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = Bucket(rate=5, burst=20)

    at_once = sum(bucket.take(0.0) for _ in range(30))
    later = sum(bucket.take(1.0) for _ in range(30))

    assert (at_once, later) == (20, 5)


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(rate=5, burst=3)
    bucket.take(0.0)

    assert sum(bucket.take(1e6) for _ in range(10)) == 3


def test_a_clock_that_goes_back_fills_no_bucket() -> None:
    bucket = Bucket(rate=1, burst=1)
    bucket.take(100.0)

    assert not bucket.take(0.0)


def test_the_sixth_try_in_a_minute_has_to_wait() -> None:
    tries = Tries()

    waits = [tries.take("a", now) for now in (0, 10, 20, 30, 40, 50, 60.5)]

    assert waits == [0, 0, 0, 0, 0, 10, 0]


def test_tries_of_others_count_for_themselves() -> None:
    tries = Tries(limit=1)
    tries.take("a", 0)

    assert (tries.take("b", 1), tries.take("a", 1)) == (0, 59)


def test_a_try_given_back_does_not_count() -> None:
    tries = Tries(limit=1)
    tries.take("a", 0)

    tries.give_back("a")

    assert tries.take("a", 1) == 0


def test_the_lock_grows_with_each_failure_up_to_its_longest() -> None:
    lock = Lock(free=2, first=30, longest=100)

    assert [lock.failed("anna", 0) for _ in range(5)] == [0, 30, 60, 100, 100]


def test_a_lock_ends_by_itself_and_by_success() -> None:
    lock = Lock(free=1, first=30)
    lock.failed("anna", 0)

    assert (lock.wait("anna", 10), lock.wait("anna", 40), lock.wait("bob", 0)) == (20, 0, 0)
    lock.opened("anna")
    assert lock.wait("anna", 10) == 0


def test_strangers_fill_no_memory() -> None:
    tries, lock = Tries(), Lock()
    for number in range(KEPT + 100):
        tries.take(str(number), 0)
        lock.failed(str(number), 0)

    assert (len(tries._made), len(lock._failed)) == (KEPT, KEPT)


def test_no_more_connections_than_the_limit() -> None:
    connections = Connections(limit=2)
    entered = [connections.enter(key) for key in ("a", "a", "a", "b")]

    connections.leave("a")

    assert entered == [True, True, False, True]
    assert connections.enter("a")
    assert len(connections) == 3


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_counts_as_one_address(address: str, expected: str) -> None:
    assert neighbourhood(address) == expected
