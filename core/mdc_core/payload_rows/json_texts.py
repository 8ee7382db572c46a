"""JSON texts and their values: the fast way where it keeps all digits, else the slower one."""

from __future__ import annotations

import json
import sys
from typing import Any, Callable

from ..encoding.cells import cell_json

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]

# Longer integers may not fit 64 bits, where the fast parser rounds them. To make all digits alike
# and look for these takes a tenth of what a pattern does.
_LONG_NUMBER = b"0" * 19
_DIGITS_ALIKE = bytes(b"0"[0] if b"0"[0] <= code <= b"9"[0] else b" "[0] for code in range(256))


def parse_json(text: bytes) -> Any:
    """Return a JSON text's value; integers keep all digits.

    Raises:
        ValueError: it is none; the message says why.
        RecursionError: it is nested too deeply.
    """
    if orjson is not None and _LONG_NUMBER not in text.translate(_DIGITS_ALIKE):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass  # NaN and numbers beyond a double, of other writers
    return decoded_json(text)


def decoded_json(text: bytes, decode: Callable[[str], Any] = json.loads) -> Any:
    """Return a JSON text's value by the standard library.

    Args:
        text: in UTF-8.
        decode: of a decoder with settings of its own.

    Raises:
        ValueError: it is none; the message says why.
        RecursionError: it is nested too deeply.
    """
    try:
        # Decoded here: the module would take NUL bytes for UTF-16.
        return decode(text.decode())
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not valid UTF-8: {error.reason}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not valid JSON: {error.msg} at character {error.pos}") from None
    except ValueError:
        raise ValueError(
            f"it has an integer of more than {sys.get_int_max_str_digits():,} digits"
        ) from None


def written_json(value: Any) -> bytes:
    """Return the JSON text of a value that a text was parsed to; NaN and infinity are null."""
    if orjson is not None:
        try:
            return orjson.dumps(value)
        except TypeError:  # integers beyond 64 bits, lone surrogates
            pass
    return cell_json(value)
