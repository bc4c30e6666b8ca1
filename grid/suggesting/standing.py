"""Standing (进展): the best plan so far and the floor under it, and what is tried next."""

from __future__ import annotations

import time
from collections.abc import Iterator

from grid.suggesting import bounds, search
from grid.suggesting.exact import Answer, Prover, Verdict
from grid.suggesting.helping import relieve
from grid.suggesting.problem import NOBODY, Certainty, Help, Ints, Progress
from grid.suggesting.terms import Terms, changes_of, heaviest_of, is_legal, loads_of, moves_of

_USEFUL = 0.25
"""A floor further below the best plan than this part of it says nothing useful yet."""

_FIRST_SEARCH_S = 1.0
_FIRST_SLICE_S = 1.0
_EVEN_S = 1.0
_SMALL = 600
"""Pairs of unit and leader up to which a proof takes no longer than a search."""


class Standing:
    """Guards the best plan and the floor of one run; floors only rise, plans only get better."""

    def __init__(self, terms: Terms, seconds: float, seed: int) -> None:
        self.terms, self.seed = terms, seed
        self.prover = Prover(terms)
        self.began = time.perf_counter()
        self.until = self.began + seconds
        counted, whole = bounds.counting_bound(terms), bounds.whole_units_bound(terms)
        self.floor, self.whole_floor = counted.floor, whole.floor
        if not terms.problem.most_helpers:
            self.floor = max(self.floor, self.whole_floor)
        self.infeasible = counted.infeasible
        self.best: int | None = None
        self.holders: Ints = terms.problem.today
        self.helps: tuple[Help, ...] = ()
        target = terms.problem.target
        self.infeasible |= target is not None and self.floor > target
        self.reached = False
        if self.take(terms.problem.today):
            self.reached = True

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return self.until - time.perf_counter()

    @property
    def decided(self) -> bool:
        """Whether nothing better can be found."""
        if self.terms.problem.target is not None:
            return self.infeasible or self.reached
        return self.infeasible or (self.best is not None and self.best <= self.floor)

    def told(self) -> Progress:
        """Return how it stands now."""
        problem = self.terms.problem
        known = self.best is not None
        return Progress(
            certainty=self._certainty(),
            today=heaviest_of(problem, loads_of(problem, problem.today)),
            heaviest=self.best,
            floor=self.floor,
            whole_units_floor=self.whole_floor,
            moves=moves_of(problem, self.holders) if known else (),
            helps=self.helps if known else (),
            seconds=time.perf_counter() - self.began,
        )

    def take(self, holders: Ints, helps: tuple[Help, ...] = ()) -> bool:
        """Keep a plan if it is legal and better than the best; return whether it was."""
        problem = self.terms.problem
        found = heaviest_of(problem, loads_of(problem, holders, helps))
        too_heavy = problem.target is not None and found > problem.target
        if too_heavy or not is_legal(self.terms, holders, helps):
            return False
        if self.best is not None and self._rank(found, holders, helps) >= self._rank(
            self.best, self.holders, self.helps
        ):
            return False
        self._keep(holders, helps)
        return True

    def _keep(self, holders: Ints, helps: tuple[Help, ...]) -> None:
        self.holders, self.helps = holders.copy(), helps
        self.best = heaviest_of(self.terms.problem, loads_of(self.terms.problem, holders, helps))

    def work(self) -> Iterator[None]:
        """Try everything in turn; yield whenever the standing has changed."""
        if self._take_helped(search.greedy(self.terms)):
            yield
        problem = self.terms.problem
        if problem.target is not None:
            yield from self._reach(problem.target)
            return
        if self.terms.allowed.size > _SMALL:
            yield from self._search(min(_FIRST_SEARCH_S, self.left / 4))
        if self.best is None:
            yield from self._ask(bounds.largest_load(self.terms), self.left / 2)
        yield from self._prove()
        if self.best is not None and not self.infeasible and not problem.most_helpers:
            yield from self._even_out()

    def _search(self, seconds: float) -> Iterator[None]:
        """Search from the best plan, while there is none from today's, for one below the target."""
        self.seed += 1
        target = self.terms.problem.target
        most = bounds.largest_load(self.terms) if target is None else target
        best = self.best if self.best is not None else most + 1
        for holders in search.improve(
            self.terms, self.holders, best=best, seed=self.seed, seconds=min(seconds, self.left)
        ):
            if self._take_helped(holders):
                yield

    def _prove(self) -> Iterator[None]:
        """Ask limit after limit; those that took too long are asked again with more time."""
        slice_s, hard = _FIRST_SLICE_S, None
        while not self.decided and self.left > 0:
            high = (self.best if self.best is not None else bounds.largest_load(self.terms) + 1) - 1
            high = high if hard is None else min(high, hard - 1)
            if high < self.floor:
                slice_s, hard = slice_s * 2, None
                yield from self._search(slice_s / 4)
                continue
            top = self.floor + (high - self.floor) // 3
            before = self.floor, self.best
            yield from self._ask(top, slice_s)
            hard = top if before == (self.floor, self.best) else hard

    def _ask(self, top: int, seconds: float) -> Iterator[None]:
        """Ask whether a limit can be met; yield if that changes the standing."""
        if self._heard(top, self.prover.answer(top, min(seconds, self.left))):
            yield

    def _reach(self, target: int) -> Iterator[None]:
        """Look for any plan with nobody above the target, then for the fewest changes that do."""
        if self.best is None and self.terms.allowed.size > _SMALL:
            yield from self._search(min(_FIRST_SEARCH_S, self.left / 4))
        answer = self.prover.answer(target, self.left, fewest=True)
        self.infeasible = answer.verdict is Verdict.NONE
        if answer.holders is not None and is_legal(self.terms, answer.holders, answer.helps):
            self._keep(answer.holders, answer.helps)
            self.reached = answer.fewest
        yield

    def _even_out(self) -> Iterator[None]:
        """Where time is left, spread loads more evenly with the heaviest held; take idle moves back."""
        best, seconds = self.best or 0, min(self.left, _EVEN_S if self.terms.allowed.size > _SMALL else 0.05)
        if seconds <= 0 or changes_of(self.terms.problem, self.holders) == 0:
            return
        evener = search.even_out(self.terms, self.holders, top=best, seed=self.seed, seconds=seconds)
        self._keep(search.take_back(self.terms, evener, best), ())
        yield

    def _take_helped(self, holders: Ints) -> bool:
        """Take a plan as it is, or with what helpers can do for it."""
        alone = self.take(holders)
        helped = self.terms.problem.most_helpers > 0 and (holders != NOBODY).all()
        return (helped and self.take(holders, relieve(self.terms, holders))) or alone

    def _heard(self, top: int, answer: Answer) -> bool:
        """Keep what an answer tells; return whether anything has changed."""
        if answer.verdict is Verdict.NONE:
            self.infeasible = top >= bounds.largest_load(self.terms)
            self.floor = top + 1
            return True
        return answer.holders is not None and self.take(answer.holders, answer.helps)

    def _rank(self, found: int, holders: Ints, helps: tuple[Help, ...]) -> tuple[int, int]:
        return found, changes_of(self.terms.problem, holders) + len(helps)

    def _certainty(self) -> Certainty:
        if self.infeasible:
            return Certainty.INFEASIBLE
        if self.best is None:
            return Certainty.SEARCHING
        if self.decided:
            return Certainty.PROVEN
        useful = self.best - self.floor <= _USEFUL * self.best
        return Certainty.BOUNDED if useful else Certainty.SEARCHING
