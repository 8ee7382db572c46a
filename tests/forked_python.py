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

_SERVER = """
import atexit, gc, importlib, json, os, runpy, sys, threading, warnings

def status_of(program):
    try:
        program()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0

def program(words):
    kind, *sys.argv = words
    if kind == "-m":
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        code, sys.argv[0] = sys.argv[0], "-c"
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv.insert(0, kind)
        sys.path.insert(0, os.path.dirname(kind))
        runpy.run_path(kind, run_name="__main__")

for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
# A collection would write to all that was loaded, and so copy it in each program.
gc.freeze()
while True:
    line = sys.stdin.readline()
    if not line:
        break
    words, folder, environ, out, err = json.loads(line)
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        print(code, flush=True)
        continue
    opened = [os.open(os.devnull, os.O_RDONLY)]
    opened += [os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY) for path in (out, err)]
    for number, each in enumerate(opened):
        os.dup2(each, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    # As Python itself begins, whatever the modules above have changed.
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    # As Python ends, apart from freeing all that was loaded, which takes most of the time.
    status = status_of(lambda: program(words))
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            status = 120
    os._exit(status)
"""


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
            [str(python), "-W", "ignore", "-c", _SERVER, json.dumps(modules)],
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
