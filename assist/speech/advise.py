"""Which speech model suits a language, a machine and a number of calls."""

from typing import NamedTuple

CALLS_ON_TWO_CORES = {"small": 2 / 3.5, "base": 2.0, "tiny": 8.0}
"""Best first. Calls that two cores heard with 95 % of the finals within 1.5 s of the end of speech
(benchmarks/results/streaming.md: tiny 1.48 s, base 1.38 s); for small, whose encoder is three and a
half times the work, worked out from base."""
ON_A_CARD = {"large-v3-turbo": 1.7, "small": 0.5}
"""Best first; gigabytes of weights as float16. No card was at hand to measure calls on."""
REST = (
    "distil-small.en",
    "distil-medium.en",
    "distil-large-v3.5",
    "distil-large-v3",
    "medium.en",
    "medium",
    "large-v3",
)
"""What is taken only when nothing else is here: nothing was measured with them."""
_MEASURED = "as measured on two: words are final within 1.5 s"
_ROOM = 2.5
"""A card's memory, as a multiple of the weights: windows and beams need theirs, too."""


class Advice(NamedTuple):
    """A model and why it."""

    name: str
    why: str


def recommend(language: str, *, cores: int, gpu_gigabytes: float = 0.0, calls: int = 1) -> Advice:
    """Return the best model that keeps up, by measured cost.

    Args:
        language: a code like `en`, or `auto`.
        cores: of the processor.
        gpu_gigabytes: memory of the graphics card; 0 = there is none.
        calls: at a time.
    """
    for name, weights in ON_A_CARD.items():
        if gpu_gigabytes >= _ROOM * weights:
            why = (
                f"it fits into the graphics card's {gpu_gigabytes:.0f} GB; calls were not measured"
            )
            return Advice(_for(name, language), why)
    sizes = list(CALLS_ON_TWO_CORES)
    size = next((size for size in sizes if capacity(size, cores) >= calls), sizes[-1])
    return Advice(_for(size, language), _why(size, cores, calls))


def capacity(size: str, cores: int) -> int:
    """Return how many calls a processor is expected to hear at once; cost grows with the calls."""
    return int(CALLS_ON_TWO_CORES[size] * cores / 2)


def preference(language: str, *, cores: int, gpu_gigabytes: float = 0.0) -> list[str]:
    """Return all models for people, in the order in which they suit one call here.

    After the recommended one come the lighter ones, then the heavier, then those never measured.
    """
    best = recommend(language, cores=cores, gpu_gigabytes=gpu_gigabytes).name
    ladder = ["large-v3-turbo", *CALLS_ON_TWO_CORES]
    at = ladder.index(best.removesuffix(".en"))
    ordered = ladder[at:] + ladder[:at][::-1]
    both = [name for size in ordered for name in (_for(size, language), size)]
    return list(dict.fromkeys((*both, *REST)))


def _why(size: str, cores: int, calls: int) -> str:
    most = capacity(size, cores)
    hears = f"{_count(cores, 'core')} should hear {_count(most, 'call')} with it ({_MEASURED})"
    if most < calls:
        return f"the lightest; {hears}, so {calls} need a larger machine or a graphics card"
    return hears


def _for(size: str, language: str) -> str:
    """Return the variant for English alone, where there is one: it costs the same."""
    return f"{size}.en" if language == "en" and size in CALLS_ON_TWO_CORES else size


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
