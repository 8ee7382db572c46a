"""The locks are whole, and the images are those that services have."""

from __future__ import annotations

import pytest

from tests.images.locks import FOLDER, Image, parse_lock, read_images
from tests.images.matrix import SHORT

pytestmark = pytest.mark.newest_only

IMAGES = read_images()


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)
def test_a_lock_holds_what_was_asked_for(image: Image) -> None:
    """Each requirement is there at one version, and at the one that was asked for."""
    for requirement in image.asked_for:
        name, _, version = requirement.partition("==")
        locked = image.packages[name.partition("[")[0].partition("<")[0]]
        assert not version or locked == version
    assert len(image.packages) > 70


def test_images_that_services_have() -> None:
    """Every azureml-defaults and Python that is supported has an image."""
    defaults = {image.defaults.rsplit(".", 1)[0] for image in IMAGES}
    assert defaults >= {"1.14", "1.34", "1.42", "1.48", "1.54", "1.60", "1.62"}
    assert {image.python for image in IMAGES} >= {"3.7", "3.8", "3.9", "3.10", "3.12"}
    assert any(image.server is None for image in IMAGES)
    assert set(SHORT) <= {image.name for image in IMAGES}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# python: 3.8\n# as of: 2021-10-15\n# asked for: numpy\nnumpy>=1.18\n", "not a package"),
        ("# python: 3.8\nnumpy==1.18.5\n", "the head does not say as of, asked for"),
    ],
)
def test_a_lock_that_is_none(text: str, message: str) -> None:
    """Ranges are refused, and heads that do not say how the lock was made."""
    with pytest.raises(ValueError, match=message):
        parse_lock("x", text)


def test_a_name_that_no_lock_has() -> None:
    """Valid names are listed."""
    with pytest.raises(ValueError, match=r"no lock named 1\.1; valid: .*1\.34-py38"):
        read_images(["1.1"])
    assert FOLDER.is_dir()
