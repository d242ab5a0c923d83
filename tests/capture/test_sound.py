from assist.capture.sound import KEPT_BLOCKS, Block, Inbox


def test_blocks_come_out_once_in_their_order() -> None:
    inbox = Inbox()
    inbox.put(b"a", 1.0)
    inbox.put(b"b", 2.0)

    assert inbox.take() == [Block(b"a", 1.0), Block(b"b", 2.0)]
    assert inbox.take() == []


def test_who_is_not_asked_for_long_keeps_the_newest_two_seconds() -> None:
    inbox = Inbox()
    for i in range(KEPT_BLOCKS + 10):
        inbox.put(b"", float(i))

    found = inbox.take()

    assert len(found) == KEPT_BLOCKS
    assert found[-1].at == KEPT_BLOCKS + 9
