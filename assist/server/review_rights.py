"""Who may read, hear and assign which finished call; all routes of the review page ask here."""

from typing import Literal

from assist.errors import StoreError
from assist.evaluate.review import may_review
from assist.server.access import Access
from assist.server.access.roles import reaches
from assist.server.access.who import EVERYBODY, FORBIDDEN, Refusal, Who
from assist.server.review_asks import About
from assist.server.review_endpoint import UnknownError
from assist.store.reading import Facts, Reach, StoredCall
from assist.store.store import Store
from assist.store.trouble import StoreAwayError, StoreFullError

REFUSED = "somebody did not agree to the review of this call"
Reading = Literal["read_finished_calls", "see_words"]


class Rights:
    """What somebody may do with finished calls.

    Args:
        store: of the calls, and of what was assigned to whom.
        access: the rights of today.
    """

    def __init__(self, store: Store, access: Access) -> None:
        self._store = store
        self._access = access

    def reach(self, who: Who) -> Reach:
        """Return the calls that somebody may read by any of their roles."""
        if self._access.local:
            return Reach(all=True)
        found = set(reaches(who.roles, "read_finished_calls"))
        teams = who.teams if "teams, as set" in found else frozenset()
        if not self._access.settings.supervisor_reads_finished:
            teams = frozenset()
        return Reach(
            agents=(who.id,) if "own" in found else (),
            teams=sorted(teams - {EVERYBODY}),
            reviewer=who.id if "samples" in found else "",
            all=EVERYBODY in teams,
        )

    def listed(self, who: Who) -> Reach:
        """Return the calls that somebody may read or assign."""
        reach = self.reach(who)
        found = () if self._access.local else reaches(who.roles, "assign_reviews")
        teams = who.teams if "teams" in found else frozenset()
        return Reach(
            agents=reach.agents,
            teams=sorted({*reach.teams, *(teams - {EVERYBODY})}),
            reviewer=reach.reviewer,
            all=reach.all or "all" in found or EVERYBODY in teams,
        )

    def may_assign(self, who: Who, call: Facts) -> bool:
        """Tell whether somebody may say who reviews a call; on one machine there is nobody else."""
        return not self._access.local and self._access.may(
            who, "assign_reviews", agent=call["agent"], team=call["team"], finished=True
        )

    async def is_assigned(self, who: Who, call_id: str) -> bool:
        """Tell whether a call was assigned to somebody."""
        if self._access.local or "reviewer" not in who.roles:
            return False
        return who.id in (await self._store.assigned([call_id])).get(call_id, ())

    async def may(self, who: Who, call: Facts, action: Reading, reason: str) -> bool:
        """Tell whether somebody may read a call that is over, or the words of it."""
        return self._access.may(
            who,
            action,
            agent=call["agent"],
            team=call["team"],
            finished=True,
            sampled=await self.is_assigned(who, call["id"]),
            reason=reason,
        )

    async def found(self, call_id: str) -> StoredCall:
        """Return a call that is over.

        Raises:
            UnknownError: there is none.
        """
        try:
            stored = await self._store.open(call_id)
        except (StoreAwayError, StoreFullError):
            raise
        except StoreError as error:
            raise UnknownError from error
        if stored.call["ended_at"] is None:
            raise UnknownError
        return stored

    async def stored(self, who: Who, asked: About) -> StoredCall:
        """Return a call that somebody may read.

        Raises:
            UnknownError: there is none.
        """
        stored = await self.found(asked.call)
        if not await self.may(who, stored.call, "read_finished_calls", asked.reason):
            self.refuse(who, asked.call)
        return stored

    async def agreed(self, who: Who, asked: About) -> StoredCall:
        """Return a call that somebody may read, and whose review nobody refused.

        Raises:
            StoreError: there is none, or somebody refused.
        """
        stored = await self.stored(who, asked)
        if not may_review(stored):
            raise StoreError(REFUSED)
        return stored

    def refuse(self, who: Who, call_id: str) -> None:
        """Write down that somebody wanted what they may not have; they are told nothing of it.

        Raises:
            UnknownError: always.
        """
        refusal = Refusal(FORBIDDEN, "read_finished_calls")
        self._access.refuse("call_refused", refusal, who=who.id, call=call_id)
        raise UnknownError
