from assist.core.gate import Edge, Gate, GateSettings

WINDOW = 32


def feed(gate: Gate, *, speech: int = 0, silence: int = 0) -> list[Edge]:
    """Push so many windows of speech, then of silence."""
    edges = [gate.push(0.9, WINDOW) for _ in range(speech)]
    edges += [gate.push(0.1, WINDOW) for _ in range(silence)]
    return [edge for edge in edges if edge is not None]


def test_speech_counts_after_its_onset_and_from_its_beginning() -> None:
    gate = Gate()
    feed(gate, silence=10)

    (edge,) = feed(gate, speech=3)

    assert edge == Edge("started", 320, 416)


def test_shorter_speech_is_a_misfire() -> None:
    gate = Gate()

    assert feed(gate, speech=2, silence=20) == []


def test_speech_ends_where_the_silence_began() -> None:
    gate = Gate()
    feed(gate, speech=10)

    (edge,) = feed(gate, silence=6)

    assert edge == Edge("ended", 0, 320)


def test_a_short_gap_does_not_end_speech() -> None:
    gate = Gate()
    feed(gate, speech=10)

    assert feed(gate, silence=5) == []
    assert feed(gate, speech=5) == []
    assert gate.open


def test_between_the_thresholds_the_state_stays() -> None:
    gate = Gate(GateSettings(threshold=0.5, release=0.35))
    feed(gate, speech=5)

    edges = [gate.push(0.4, WINDOW) for _ in range(20)]

    assert edges == [None] * 20


def test_the_end_of_the_call_closes_an_open_gate() -> None:
    gate = Gate()
    feed(gate, speech=10, silence=2)

    assert gate.flush() == Edge("ended", 0, 320)
    assert gate.flush() is None
