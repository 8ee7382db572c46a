"""Whether control gets from one instruction of a function to another in the same round of a loop.

From the call for inputs to the call for outputs it does in `run`, and in the body of a loop over
rows. In a loop that takes calls out of a queue, and makes the one or the other, it does not.
"""

from __future__ import annotations

import dis
from bisect import bisect_right
from types import CodeType
from typing import Dict, List, Set, Tuple

_MOST_ANSWERS = 1024
_ENDS = {"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "CONTINUE_LOOP"}

# By what is asked for; the code is kept lest another gets its id.
_answers: Dict[Tuple[int, int, int, bool], Tuple[CodeType, bool]] = {}


def leads_to(code: CodeType, begin: int, end: int, may_leave: bool) -> bool:
    """Return whether control gets from one instruction to another.

    Args:
        code: of both.
        begin: offset of the one, as a frame's `f_lasti`.
        end: offset of the other.
        may_leave: also by leaving a loop that the one is in.
    """
    key = (id(code), begin, end, may_leave)
    known = _answers.get(key)
    if known is None:
        if len(_answers) >= _MOST_ANSWERS:
            _answers.clear()
        known = _answers[key] = (code, _is_ahead(code, begin, end, may_leave))
    return known[1]


def _is_ahead(code: CodeType, begin: int, end: int, may_leave: bool) -> bool:
    offsets, targets = _jumps(code)
    # A frame may be at an entry of its instruction's cache, which lies behind it.
    first, last = (bisect_right(offsets, offset) - 1 for offset in (begin, end))
    tails: Dict[int, int] = {}  # of each loop, by its head
    for at, ahead in enumerate(targets):
        for target in ahead:
            if target <= at:
                tails[target] = at
    for head, tail in tails.items():
        if not may_leave and head <= first <= tail < last:
            return False
    reached = set()
    waiting = [first]
    while waiting:
        at = waiting.pop()
        if at in reached:
            continue
        reached.add(at)
        for target in targets[at]:
            if target > at or (may_leave and tails[target] < last):
                waiting.append(target)
    return first != last and last in reached


def _jumps(code: CodeType) -> Tuple[List[int], List[Set[int]]]:
    """Return the offsets of a code's instructions, and which instructions may follow each."""
    bytecode = dis.Bytecode(code)
    instructions = list(bytecode)
    offsets = [instruction.offset for instruction in instructions]
    targets: List[Set[int]] = [set() for _ in instructions]
    for at, instruction in enumerate(instructions):
        if instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs:
            targets[at].add(bisect_right(offsets, instruction.argval) - 1)
        if not _ends(instruction.opname) and at + 1 < len(instructions):
            targets[at].add(at + 1)
    for entry in getattr(bytecode, "exception_entries", ()):  # since 3.11 no instruction has them
        for at, offset in enumerate(offsets):
            if entry.start <= offset < entry.end:
                targets[at].add(bisect_right(offsets, entry.target) - 1)
    return offsets, targets


def _ends(name: str) -> bool:
    return name in _ENDS or (name.startswith("JUMP_") and "_IF_" not in name)
