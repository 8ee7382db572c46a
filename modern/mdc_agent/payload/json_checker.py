"""Whether large bodies are JSON, found out by a process of its own.

To read megabytes of JSON takes a tenth of a second, in which nothing else of a Python process runs,
whichever thread it is that reads. Bytes in a pipe hold nobody up.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys

from .bodies import HEAVY_BYTES, is_json

_SIZE = 8
_CHILD = """
import sys
import orjson

while len(size := sys.stdin.buffer.read(8)) == 8:
    content = sys.stdin.buffer.read(int.from_bytes(size, "little"))
    try:
        orjson.loads(content)
        answer = b"1"
    except orjson.JSONDecodeError:
        answer = b"0"
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
"""


class JsonChecker:
    """Looks at bodies, large ones in a child, for the one thread that makes events of these."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def is_json(self, content: bytes) -> bool:
        """Return whether a body is JSON of the standard, in UTF-8."""
        if len(content) <= HEAVY_BYTES:
            return is_json(content)
        answer = self._asked(content)
        return is_json(content) if answer is None else answer

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                with contextlib.suppress(OSError):  # what it had not read
                    if pipe is not None:
                        pipe.close()
            child.wait()

    def _asked(self, content: bytes) -> bool | None:
        """Return the child's answer, None when it does not answer."""
        try:
            if self._child is None:
                self._child = subprocess.Popen(
                    [sys.executable, "-c", _CHILD],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # a terminal's Ctrl-C is ours to follow
                )
            given, answers = self._child.stdin, self._child.stdout
            if given is None or answers is None:
                return None
            given.write(len(content).to_bytes(_SIZE, "little"))
            given.write(content)
            given.flush()
            answer = answers.read(1)
        except OSError:
            answer = b""
        if answer not in (b"0", b"1"):
            self.close()
            return None
        return answer == b"1"
