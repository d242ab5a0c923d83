"""Word vectors that an operator supplies: how alike in meaning two words are, language by language.

Off unless a playbook names a file; nothing is shipped (docs/playbooks.md).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assist.core.phrases import fold


class Vectors:
    """Static embeddings of words, one row each.

    Args:
        words: as written; they are folded here, of the same twice the first counts.
        rows: shape (words, dimensions); they are scaled to length 1.
    """

    def __init__(self, words: Sequence[str], rows: NDArray[np.floating]) -> None:
        self._at: dict[str, int] = {}
        for i, word in enumerate(words):
            self._at.setdefault(fold(word), i)
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        self._rows = (rows / np.maximum(length, 1e-9)).astype(np.float32)

    def likeness(self, a: str, b: str) -> float:
        """Return the cosine of two folded words, from -1 to 1; 0 where one is not known."""
        first, second = self._at.get(a), self._at.get(b)
        if first is None or second is None:
            return 0.0
        return float(self._rows[first] @ self._rows[second])
