"""The original package in an image of Python 3.6, with what it needs of a Linux of 2016.

Its native code asks for OpenSSL 1.0, which wheels of that time carry, and names four libraries that
it never calls: any library does in their place.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import uv
from py36.make_wheel import make_wheel
from py36.quoted_annotations import quote_annotations

from .locks import Image

_TESTS = Path(__file__).parents[1]
_INSIDE = ("images/inside", "bridge/golden")
# What its process was given within two seconds before its end, it loses, with and without us.
LOSES_SECONDS = 5.0
_PACKAGE, _PYTHON = "azureml-monitoring", "3.6"
_CARRIER = "psycopg2-binary==2.7.7"
_OPENSSL = ("libssl", "libcrypto")
_NEVER_CALLED = ("libxml++-2.6.so.2", "libglibmm-2.4.so.1", "libsigc-2.0.so.0", "libffi.so.6")
_NATIVE = "azureml/monitoring/tools/modeldatacollector/lib/native/Linux"
_LOADS = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"


def is_in(image: Image) -> bool:
    """Return whether an image has the original and its Python, so that it writes the CSV."""
    return _PACKAGE in image.packages and image.python == _PYTHON


def beside(image: Image, wheel: Path, home: Path) -> Path:
    """Return the wheel for an image, which for the original is made of that for all others."""
    return make_wheel(wheel, home / "wheel") if is_in(image) else wheel


def inside(image: Image, folder: Path) -> Path:
    """Return the folder of what runs in an image, in the syntax of its Python.

    Args:
        image: where it runs.
        folder: for a copy.
    """
    if is_in(image):
        for path in (path for name in _INSIDE for path in (_TESTS / name).glob("*.*")):
            copy = folder / "tests" / path.relative_to(_TESTS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(quote_annotations(path.read_text("utf-8")), "utf-8")
    return (folder / "tests" if is_in(image) else _TESTS) / _INSIDE[0]


def settings_for(python: Path, connection_string: str) -> Mapping[str, str]:
    """Return the variables with which the original writes to an account.

    Args:
        python: of the image.
        connection_string: of the account.

    Raises:
        RuntimeError: its native code does not load on this machine; the message says why.
    """
    (native,) = python.parents[1].glob(f"lib/python*/site-packages/{_NATIVE}")
    libraries = f"{native}:{_openssl(python)}"
    command = [str(python), "-c", _LOADS, str(native / "libmodeldatacollector.so")]
    loaded = subprocess.run(
        command,
        env={"LD_LIBRARY_PATH": libraries},
        stderr=subprocess.PIPE,
        check=False,
        text=True,
    )
    if loaded.returncode:
        raise RuntimeError(f"the original does not load: {loaded.stderr.splitlines()[-1]}")
    return {
        "LD_LIBRARY_PATH": libraries,
        "AML_MODEL_DC_STORAGE_ENABLED": "true",
        "AML_MODEL_DC_STORAGE": connection_string,
    }


def _openssl(python: Path) -> Path:
    """Return the folder of the libraries that the machine no longer has."""
    folder = python.parents[1] / "original"
    carried = folder / "psycopg2" / ".libs"
    if not folder.exists():
        command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([*command, "--no-deps", "--target", str(folder), _CARRIER], check=True)
    for name in _OPENSSL:
        (library,) = carried.glob(f"{name}-*.so.1.0.2*")
        _link(carried / f"{name}.so.1.0.0", library)
    (anything,) = carried.glob("libkeyutils-*")
    for name in _NEVER_CALLED:
        _link(carried / name, anything)
    return carried


def _link(path: Path, library: Path) -> None:
    if not path.is_symlink():
        path.symlink_to(library)
