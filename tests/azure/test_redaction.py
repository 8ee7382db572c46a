"""Secrets in texts of any kind."""

from __future__ import annotations

import io
import logging

import pytest

from mdc_core.redaction import redact, redact_http_logs

SECRET = "c2VjcmV0K3NlY3JldA/Zz9"
TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln-bmF_0dXJl"
KEY = "A" * 40 + "b1+/" * 11 + "Zz=="

WITH_SECRETS = [
    f"https://a.blob.core.windows.net/c/b?sv=2024&se=x&sig={SECRET}&sp=racw",
    f"https://a.blob.core.windows.net/c/b?sig={SECRET}%2Babc%3D",
    f"https://a/?url=https%3A%2F%2Fb%3Fse%3Dx%26sig%3D{SECRET}",
    f"https://a/?url=https%253A%252F%252Fb%253Fsig%253D{SECRET}",
    f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={SECRET};EndpointSuffix=b",
    f"accountkey = {SECRET}",
    f"BlobEndpoint=https://a;SharedAccessSignature=sv=2024&sig={SECRET}",
    f"Authorization: SharedKey account:{SECRET}",
    f"{{'Authorization': 'SharedKey account:{SECRET}'}}",
    f"Authorization: Bearer {SECRET}",
    f"{{'Authorization': 'Bearer {SECRET}'}}",
    f'{{"access_token": "{SECRET}", "expires_in": 3600}}',
    f'{{"AccountKey":"{SECRET}"}}',
    f"client_secret={SECRET}&grant_type=client_credentials",
    f"X-IDENTITY-HEADER: {SECRET}",
    f"password: {SECRET}",
]


@pytest.mark.parametrize("text", WITH_SECRETS)
def test_secrets_are_replaced(text: str) -> None:
    """Whatever stands before it, the value is gone, and the text says so."""
    assert SECRET not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize("secret", [TOKEN, KEY])
def test_tokens_and_keys_are_known_by_their_form(secret: str) -> None:
    """Also where no name stands before them."""
    assert redact(f"got <{secret}> there") == "got <***> there"


@pytest.mark.parametrize(
    "text",
    [
        "container modeldata of https://account.blob.core.windows.net answered 503 ServerBusy",
        "Signature did not match. String to sign used was",
        "design=new&config=3",
        "",
    ],
)
def test_other_text_stays(text: str) -> None:
    """Only secrets are replaced."""
    assert redact(text) == text


def test_what_follows_a_secret_stays() -> None:
    """Only the value is replaced."""
    assert redact("?sv=1&sig=abc&se=2") == "?sv=1&sig=***&se=2"
    assert redact("AccountKey=abc;EndpointSuffix=x") == "AccountKey=***;EndpointSuffix=x"


def test_the_http_library_logs_no_signature() -> None:
    """Its DEBUG lines hold whole URLs; asking again adds no second filter."""
    redact_http_logs()
    redact_http_logs()
    logger = logging.getLogger("urllib3.connectionpool")
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        logger.debug('%s "%s %s" %s', "http://a", "PUT", f"/c/b?sig={SECRET}&se=1", 201)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert out.getvalue() == 'http://a "PUT /c/b?sig=***&se=1" 201\n'
    assert len(logger.filters) == 1
