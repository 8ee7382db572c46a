"""What the content type of a body says: its kind, and the codec of its text."""

from __future__ import annotations

from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import lru_cache
from typing import NamedTuple, Optional

# Others are not worth a codec that a client names.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    **dict.fromkeys(("iso-8859-1", "latin-1", "latin1"), "latin-1"),
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
    "utf-32": "utf-32",
}


class Media(NamedTuple):
    """What a content type says.

    Attributes:
        kind: such as `application/json`; empty where none is given.
        charset: in lower case.
        codec: of Python, for the charset; None for one that is not known.
        header: the parameter of CSV, in lower case; empty where it is not given.
    """

    kind: str
    charset: str
    codec: Optional[str]
    header: str


@lru_cache(maxsize=64)
def media_of(content_type: str) -> Media:
    """Return what a content type says.

    Args:
        content_type: the header's value; may be empty. Text without a charset is UTF-8.
    """
    message = Message()
    message["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    kind = message.get_content_type() if content_type else ""
    charset, header = (
        collapse_rfc2231_value(message.get_param(name, absent)).lower()
        for name, absent in (("charset", "utf-8"), ("header", ""))
    )
    charset = charset or "utf-8"
    return Media(kind, charset, _CODECS.get(charset), header)
