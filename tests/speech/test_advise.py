import pytest

from assist.speech.advise import CALLS_ON_TWO_CORES, REST, capacity, preference, recommend
from assist.speech.catalogue import catalogue


@pytest.mark.parametrize(
    ("cores", "calls", "name"),
    [
        (1, 1, "base"),
        (1, 2, "tiny"),
        (2, 1, "base"),
        (2, 2, "base"),
        (2, 3, "tiny"),
        (2, 8, "tiny"),
        (4, 1, "small"),
        (4, 4, "base"),
        (16, 4, "small"),
        (16, 64, "tiny"),
    ],
)
def test_the_best_model_that_keeps_up_is_recommended(cores: int, calls: int, name: str) -> None:
    assert recommend("de", cores=cores, calls=calls).name == name


def test_the_reason_cites_what_was_measured() -> None:
    assert recommend("de", cores=2, calls=2).why == (
        "2 cores should hear 2 calls with it (as measured on two: words are final within 1.5 s)"
    )


def test_too_many_calls_are_told() -> None:
    name, why = recommend("auto", cores=2, calls=30)

    assert name == "tiny"
    assert why == (
        "the lightest; 2 cores should hear 8 calls with it (as measured on two: words are final"
        " within 1.5 s), so 30 need a larger machine or a graphics card"
    )


def test_english_gets_the_model_for_english_alone() -> None:
    assert recommend("en", cores=2).name == "base.en"


@pytest.mark.parametrize(
    ("gigabytes", "name"), [(24.0, "large-v3-turbo"), (2.0, "small"), (1.0, "base"), (0.0, "base")]
)
def test_a_card_takes_the_largest_that_fits(gigabytes: float, name: str) -> None:
    assert recommend("de", cores=2, gpu_gigabytes=gigabytes).name == name


def test_no_figure_is_claimed_for_a_card() -> None:
    why = recommend("de", cores=2, gpu_gigabytes=24.0, calls=100).why

    assert why == "it fits into the graphics card's 24 GB; calls were not measured"


def test_capacity_grows_with_the_cores() -> None:
    assert [capacity("tiny", cores) for cores in (1, 2, 4)] == [4, 8, 16]


@pytest.mark.parametrize("cores", [1, 2, 4, 64])
@pytest.mark.parametrize("language", ["en", "de", "auto"])
def test_the_preferred_model_is_the_recommended_one(language: str, cores: int) -> None:
    preferred = preference(language, cores=cores)

    assert preferred[0] == recommend(language, cores=cores).name


def test_lighter_models_come_before_heavier_ones() -> None:
    first = preference("de", cores=2)[:4]

    assert first == ["base", "tiny", "small", "large-v3-turbo"]


def test_every_model_for_people_has_its_place() -> None:
    general = {name for name, model in catalogue().items() if model.general}

    assert set(preference("en", cores=2)) == general
    assert len(REST) + len(CALLS_ON_TWO_CORES) * 2 + 1 == len(general)
