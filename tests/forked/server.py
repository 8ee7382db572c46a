"""The program of `forked_python`: it loads modules, and runs each program in a fork of itself.

It is a file, because `inspect.stack`, which Azure's client asks for each thing it loads, looks
through all modules for code that has none. Its folder has no name of the standard library.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import sys
import threading
import warnings
from typing import Any, List


def main() -> None:
    """Fork for each line of stdin, and print the status of each program."""
    sys.path[0] = ""  # as of `-c` and `-m`
    for name in json.loads(sys.argv[1]):
        importlib.import_module(name)
    # A collection would write to all that was loaded, and so copy it in each program.
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            os._exit(_status(*json.loads(line)))
        status = os.waitpid(child, 0)[1]
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        print(code, flush=True)  # noqa: T201


def _status(words: List[str], folder: str, environ: Any, out: str, err: str) -> int:
    """Run a program as Python would, and return its status."""
    opened = [os.open(os.devnull, os.O_RDONLY)]
    opened += [os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY) for path in (out, err)]
    for number, each in enumerate(opened):
        os.dup2(each, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    # As Python itself begins, whatever the modules have changed.
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    status = 0
    try:
        _run(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if status and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)  # noqa: T201
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        status = 1
    # As Python ends, apart from freeing all that was loaded, which takes most of the time.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            status = 120
    return status


def _run(words: List[str]) -> None:
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


if __name__ == "__main__":
    main()
