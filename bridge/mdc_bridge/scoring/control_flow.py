"""Whether control gets from one instruction of a function to another in the same round of a loop.

From the call for inputs to the call for outputs it does in `run`, and in the body of a loop over
rows. In a loop that takes calls out of a queue, and makes the one or the other, it does not; and
in one that collects the inputs of some rounds only, it is not known which round was the last to.
"""

from __future__ import annotations

import dis
import inspect
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from types import CodeType
from typing import Dict, List, Set, Tuple

_MOST_ANSWERS = 1024
_RETURNS = {"RETURN_VALUE", "RETURN_CONST"}
_ENDS = {*_RETURNS, "RAISE_VARARGS", "RERAISE", "CONTINUE_LOOP", "BREAK_LOOP"}
_YIELDS = {"YIELD_VALUE", "YIELD_FROM"}
# Where it is waited for what is called, which is the same call all the time and no other round.
_WAITS = "SEND"
_PROTECTS = {"SETUP_EXCEPT", "SETUP_FINALLY", "SETUP_WITH", "SETUP_ASYNC_WITH"}

# By what is asked for; the code is kept so that no other gets its id.
_answers: Dict[Tuple[int, ...], Tuple[CodeType, bool]] = {}


def leads_to(code: CodeType, begin: int, end: int, may_leave: bool, repeats: bool = True) -> bool:
    """Return whether control gets from one instruction to another, and in no other round.

    Args:
        code: of both.
        begin: offset of the one, as a frame's `f_lasti`.
        end: offset of the other.
        may_leave: also by leaving a loop that the one is in.
        repeats: code that passes the one again, without an exception, does the same again.
    """
    key = (id(code), begin, end, may_leave, repeats)
    known = _answers.get(key)
    if known is None:
        answer = _Graph(code).leads_to(begin, end, may_leave, repeats)
        known = _remember(key, code, answer)
    return known[1]


def always_passes(code: CodeType, at: int) -> bool:
    """Return whether a function comes by an instruction whenever it hands something back.

    Args:
        code: of the function.
        at: offset of the instruction.
    """
    key = (id(code), at)
    known = _answers.get(key)
    return (known or _remember(key, code, _Graph(code).always_passes(at)))[1]


def _remember(key: Tuple[int, ...], code: CodeType, answer: bool) -> Tuple[CodeType, bool]:
    if len(_answers) >= _MOST_ANSWERS:
        _answers.clear()
    known = _answers[key] = (code, answer)
    return known


class _Graph:
    """Which instructions of a code may follow each, by their numbers."""

    def __init__(self, code: CodeType) -> None:
        bytecode = dis.Bytecode(code)
        instructions = list(bytecode)
        self._code = code
        self._names = [instruction.opname for instruction in instructions]
        self._offsets = [instruction.offset for instruction in instructions]
        count = len(instructions)
        self._next: List[List[int]] = [[] for _ in instructions]
        self._on_error: List[List[int]] = [[] for _ in instructions]
        for at, instruction in enumerate(instructions):
            name = instruction.opname
            if instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs:
                target = self._number(instruction.argval)
                self._next[at].append(target)
                if name in _PROTECTS:
                    self._protect(at + 1, target, target)
                elif name == "SETUP_LOOP":
                    for inner in range(at + 1, target):
                        if self._names[inner] == "BREAK_LOOP":
                            self._next[inner].append(target)
            ends = name in _ENDS or (name.startswith("JUMP_") and "_IF_" not in name)
            if not ends and at + 1 < count:
                self._next[at].append(at + 1)
        for entry in getattr(bytecode, "exception_entries", ()):  # since 3.11 nothing sets them up
            begin, end = (bisect_left(self._offsets, each) for each in (entry.start, entry.end))
            self._protect(begin, end, self._number(entry.target))
        self._following = [[*ways, *self._on_error[at]] for at, ways in enumerate(self._next)]

    def _number(self, offset: int) -> int:
        # A frame may be at an entry of its instruction's cache, which lies behind it.
        return bisect_right(self._offsets, offset) - 1

    def _protect(self, begin: int, end: int, handler: int) -> None:
        for at in range(begin, end):
            self._on_error[at].append(handler)

    def leads_to(self, begin: int, end: int, may_leave: bool, repeats: bool) -> bool:
        first, last = self._number(begin), self._number(end)
        if first == last:
            return False
        rounds: Set[Tuple[int, int]] = set()
        ahead, behind = self._ways()
        while True:
            loop = _reached(first, ahead) & _reached(first, behind)
            if not loop:
                break
            heads = {at for at in loop if at == 0 or not loop.issuperset(behind[at])} or loop
            again = {(at, head) for head in heads for at in loop.intersection(behind[head])}
            if last in loop:
                rounds |= again
            elif not may_leave:
                return False
            for at, head in again:
                ahead[at].remove(head)
                behind[head].remove(at)
        # With each instruction: whether another round has begun.
        reached: Set[Tuple[int, bool]] = set()
        waiting = [(to, (first, to) in rounds) for to in self._following[first]]
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            at, is_late = place
            following = self._on_error if at == first and repeats else self._following
            waiting.extend((to, is_late or (at, to) in rounds) for to in following[at])
        return (last, False) in reached and (last, True) not in reached

    def always_passes(self, at: int) -> bool:
        passed = self._number(at)
        flags = self._code.co_flags
        yields = flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR)
        exits = _RETURNS | _YIELDS if yields else _RETURNS
        waiting = [0]
        for number, name in enumerate(self._names):
            if yields and name in _YIELDS:
                waiting.extend(self._next[number])
        reached: Set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            if number == passed:
                waiting.extend(self._on_error[number])
            elif self._names[number] in exits:
                return False
            else:
                waiting.extend(self._following[number])
        return True

    def _ways(self) -> Tuple[List[Set[int]], List[Set[int]]]:
        """Return what follows each instruction, and what each follows, as far as it is used."""
        used = _reached(0, self._following) | {0}
        ahead: List[Set[int]] = [set() for _ in self._names]
        behind: List[Set[int]] = [set() for _ in self._names]
        for at in used:
            for to in self._following[at]:
                if to > at or self._names[to] != _WAITS:
                    ahead[at].add(to)
                    behind[to].add(at)
        return ahead, behind


def _reached(place: int, ways: Sequence[Iterable[int]]) -> Set[int]:
    reached: Set[int] = set()
    waiting = list(ways[place])
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting.extend(ways[at])
    return reached
