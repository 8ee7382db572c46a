"""Secrets kept out of every text: account keys, signatures, tokens."""

from __future__ import annotations

import logging
import re

_NAMES = (
    "sig|signature|account_?key|sharedaccesssignature|access_token|refresh_token|id_token|"
    "client_secret|client_assertion|secret|password|identity[-_]header"
)
_SECRETS = re.compile(
    rf"""(?ix)
    ( (?:{_NAMES}) ["']? \s* (?: = | : | %3d | %253d ) \s* ["']?
    | sharedkey(?:lite)? \s+ \w+ :
    | bearer \s+
    ) [^&;,\s"']+
    """
)
# Told by their form, wherever they are: a JSON web token, an account's key.
_LONGEST_SHOWN = 100
_FORMS = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*|[A-Za-z0-9+/]{86}==")


def redact(text: str) -> str:
    """Return text with keys, signatures and tokens replaced by `***`."""
    return _FORMS.sub("***", _SECRETS.sub(r"\1***", text))


def shown(value: object) -> str:
    """Return a value as messages about settings show it: short, and without secrets."""
    try:
        text = redact(repr(value))
    except (ValueError, RecursionError):  # too many digits, or too deep
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


class RedactingFilter(logging.Filter):
    """Redacts whole log records; for the HTTP library, which logs URLs with their signatures."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        redacted = redact(text)
        if redacted != text:
            record.msg, record.args = redacted, ()
        return True


def redact_http_logs() -> None:
    """Keep signatures out of what urllib3 logs at DEBUG; safe to call again."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logger = logging.getLogger(name)
        if not any(isinstance(each, RedactingFilter) for each in logger.filters):
            logger.addFilter(RedactingFilter())
