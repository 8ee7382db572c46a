"""Files that notebooks write: `%%writefile` cells, and cells that hold YAML."""

from __future__ import annotations

import keyword
import re
from typing import Any, NamedTuple, Optional

_KEY = re.compile(r"[A-Za-z_$][\w.$/ -]*")
_MAPPING = re.compile(r"^[ \t]*(?:- +)?[\w.$/'\"-][\w.$/ '\"-]*:(?:\s|$)", re.MULTILINE)
_OTHERS = re.compile(
    r"<[!?\w]|#!/|FROM\s+[\w./:-]+\s*(?:AS\s+\w+\s*)?$"
    r"|(?i:select|insert\s+into|update|delete\s+from|create|drop|alter|with\s+\w+\s+as\s*\()\s+[\w*`\"\[].*",
    re.MULTILINE,
)


class WrittenFile(NamedTuple):
    """A file that is not a Python source, in a cell of a notebook.

    Attributes:
        path: of the notebook.
        name: of the file, "" where the cell only holds its text.
        text: of the file.
        cell: position in the notebook, None in a file of source.
        first_line: line of the cell, or of the notebook's file, on which the text begins.
        indent: characters before the text on each of its lines.
    """

    path: str
    name: str
    text: str
    cell: Optional[int]
    first_line: int
    indent: int = 0


def is_another_language(text: str) -> bool:
    """Return whether a text that is not Python begins as SQL, a Dockerfile, a script or XML do."""
    return _OTHERS.match(text.lstrip()) is not None


def yaml_loader() -> Any:
    """Return the loader of plain YAML, the fast one where it is there."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def is_yaml(text: str) -> bool:
    """Return whether a text that is not Python is a YAML mapping, or a list of them."""
    if not _MAPPING.search(text):
        return False
    import yaml

    try:
        documents = yaml.load_all(text, Loader=yaml_loader())
        contents = [each for each in documents if each is not None]
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return bool(contents) and all(map(_is_document, contents))


def _is_document(content: Any) -> bool:
    if isinstance(content, list):
        return bool(content) and all(map(_is_mapping, content))
    return _is_mapping(content)


def _is_mapping(content: Any) -> bool:
    """Return whether it has keys as YAML has them, none of which begins a statement."""
    if not isinstance(content, dict) or not content:
        return False
    return all(
        isinstance(key, str)
        and _KEY.fullmatch(key) is not None
        and not keyword.iskeyword(key.split()[0])
        for key in content
    )
