"""An interpreter that has loaded what takes long, and runs each program in a fork of itself.

For programs that only read, compute and print: to load pandas takes half a second of CPU, Azure's
client three. What is tested at the start of a process, or at its end, needs one of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Optional, Union

_SERVER = Path(__file__).parent / "forked" / "server.py"


class ForkedPython:
    """Runs programs one after the other; as a context, ended with it.

    Args:
        modules: that programs find loaded.
        python: the interpreter.
        environ: of the interpreter, where not the usual one; programs have their own.
    """

    def __init__(
        self,
        modules: Sequence[str],
        python: Union[Path, str] = sys.executable,
        environ: Optional[Mapping[str, str]] = None,
    ) -> None:
        self._process = subprocess.Popen(
            [str(python), "-W", "ignore", str(_SERVER), json.dumps(modules)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
            text=True,
        )

    def run(
        self,
        words: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        together: bool = False,
        stdout: Optional[str] = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, and return what it printed.

        Args:
            words: `-m`, a module and its arguments; `-c`, code and arguments; or a script's path
                and arguments.
            folder: in which it runs.
            environ: all of its variables.
            together: errors are among the output, as on a terminal.
            stdout: path of a device that takes the output instead.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with TemporaryDirectory() as kept:
            out, err = Path(kept, "out"), Path(kept, "err")
            out.touch()
            err.touch()
            taking = stdout or str(out)
            streams = [taking, taking if together else str(err)]
            request = [list(words), str(folder), dict(environ), *streams]
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            texts = [path.read_text(encoding="utf-8") for path in (out, err)]
        return subprocess.CompletedProcess(list(words), code, *texts)

    def __enter__(self) -> ForkedPython:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._process.communicate()
