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

    assert edge == Edge("started", 320, 416, voice=0.9)


def test_shorter_speech_is_a_misfire() -> None:
    gate = Gate()

    assert feed(gate, speech=2, silence=20) == []


def test_speech_ends_where_the_silence_began() -> None:
    gate = Gate()
    feed(gate, speech=10)

    (edge,) = feed(gate, silence=6)

    assert edge == Edge("ended", 0, 320, voice=0.9)


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

    assert gate.flush() == Edge("ended", 0, 320, voice=0.9)
    assert gate.flush() is None


def hear(gate: Gate, *loudness: float) -> list[Edge]:
    """Push one window of speech for each loudness in dB of full scale."""
    edges = [gate.push(0.9, WINDOW, loud=gate.measure(each, WINDOW)) for each in loudness]
    return [edge for edge in edges if edge is not None]


def test_what_is_quieter_than_any_speech_does_not_open_it() -> None:
    assert hear(Gate(), *[-62.0] * 100) == []


def test_speech_counts_from_its_soft_beginning() -> None:
    (edge,) = hear(Gate(), -65, -62, -61, -62, -40)

    assert edge == Edge("started", 0, 160, voice=0.9)


def test_a_sound_that_never_pauses_does_not_open_it() -> None:
    gate = Gate()
    for _ in range(300):
        gate.push(0.1, WINDOW, loud=gate.measure(-30.0, WINDOW))

    assert hear(gate, *[-30.0] * 50) == []
    assert len(hear(gate, -23.0)) == 1


def test_speech_of_minutes_opens_it_again_and_again() -> None:
    gate = Gate()

    for _ in range(100):
        (started,) = hear(gate, -30, -20, -22, -18, -25, -20, -30, -24)
        pause = [gate.push(0.1, WINDOW, loud=gate.measure(-55.0, WINDOW)) for _ in range(10)]

        assert started.kind == "started"
        assert any(pause)


def test_the_voice_is_the_mean_of_the_speech_without_the_silence_after_it() -> None:
    gate = Gate()
    for probability in (0.5, 0.7, 0.9, 0.3, 0.9):
        gate.push(probability, WINDOW)

    (edge,) = [edge for _ in range(6) if (edge := gate.push(0.0, WINDOW))]

    assert edge == Edge("ended", 0, 160, voice=0.66)
