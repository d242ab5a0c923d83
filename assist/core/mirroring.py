"""Does the agent sum up what the customer said? A summary phrase, or the customer's own words."""

from collections.abc import Sequence

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.solving import solves
from assist.core.vocabulary import Vocabulary

WORDS = 2
"""Words of the customer in a summary phrase."""
TOLD = 3
"""Words of the customer in a clause that only begins or ends like a summary."""
SHARE = 0.4
"""Of its content words so many must be the customer's."""


def mirrors(clause: Clause, talk: Conversation) -> Act | None:
    """Return where the agent sums up or has the summary checked, or nothing.

    Args:
        clause: of the agent; it may still be open.
        talk: the conversation.
    """
    if clause.channel != "agent":
        return None
    if (check := talk.says(clause, "check_question")) is not None:
        return check
    said = talk.says(clause, "summary")
    if said is not None and _taken_up(clause, talk)[0] >= WORDS:
        return said
    told = talk.says(clause, "summary_begun", "summary_tag")
    if told is None or (
        told.name == "summary_begun" and solves(clause, talk, cause=True) is not None
    ):
        return None
    own, share = _taken_up(clause, talk)
    least = WORDS if talk.says(clause, "summary_tag") is not None else TOLD
    return told if own >= least and share >= SHARE else None


def _taken_up(clause: Clause, talk: Conversation) -> tuple[int, float]:
    """Return how many content words the customer said before, and which share of all."""
    content = [word for word in dict.fromkeys(clause.words) if talk.lexicon.is_content(word)]
    if not content:
        return 0, 0.0
    own = issue_words(clause.start, talk)
    taken = sum(own.weight(word) == 1 for word in content)
    return taken, taken / len(content)


def issue_words(before: int, talk: Conversation) -> Vocabulary:
    """Return the content words that the customer said before a moment."""
    words = Vocabulary(frozenset())
    for heard in talk.sides["customer"].heard:
        if heard.word.end <= before + 500 and talk.lexicon.is_content(heard.folded):
            words.learn(heard.folded)
    return words


def facts(clauses: Sequence[Clause], talk: Conversation) -> int:
    """Return how many words the clauses hold that are more than listening."""
    backchannel = talk.lexicon["backchannel"]
    told = (c.words for c in clauses if not backchannel.covers(c.words))
    return sum(bool(word) for words in told for word in words)
