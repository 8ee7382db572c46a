"""What each script in `scripts/` is asked, in this order: bodies of requests."""

from __future__ import annotations

from typing import Any

REQUESTS: dict[str, list[Any]] = {
    "arrays": [
        {"data": [[1, 2], [3, 4]]},
        {"data": [[0.1, 1e16]]},
        {"data": [[1, 2, 3], [4, 5, 6]]},
        {"data": []},
        {"nothing": 1},
    ],
    "frames": [
        {"data": [{"age": 30, "job": "x", "balance": None}, {"age": 40, "job": "y", "balance": 1}]},
        {"data": [{"age": 1.5, "job": None, "balance": "12"}]},
    ],
    "one_row_list": [
        {"id": 1, "text": "naïve", "amount": 0.1},
        {"id": "00123", "text": "", "amount": 7, "extra": {"a": [1, None], "b": 2.5}},
        {"id": None, "text": "t", "amount": 1e30, "extra": [[1, 2], "x"]},
    ],
    "texts": [["short", "much longer", "x"], ["one text"], [], [["a", "b"], ["c", "d"]]],
    "correlations": [
        {"data": [[1, 2, 3], [4, 5, 6]]},
        {"data": [[1.5, 2, 3]]},
        {"data": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]},
    ],
    "user_id": [
        {"loan": "loan-7", "data": [[100, 2]]},
        {"data": [[100, 2], [9000, 1]]},
        {"loan": 12, "data": [[1, 1]]},
    ],
    "in_class": [{"data": [[0.1, 0.2], [0.3, 0.1]]}, {"data": [[1, 2, 3]]}],
    "import_in_init": [[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0]], [[[1.0, 2.0], [3.0, 4.0]]]],
    "stand_in": [
        {"data": [[1, 2], [3, 4]]},
        {"data": [[0.1, 2]]},
        {"data": [[1, 2, 3]]},
        {"nothing": 1},
    ],
    "try_import": [[[6, 1, 2, 3], [1, 2, 3, 4]], [[6, 1]]],
    "default_designation": [[1, 2, 3], [[1.5, 2.5], [3, 4]], [5]],
    "schema": [{"data": [[1, 2, 3], [4, 5, 6.5]]}, {"data": [[1, 2, 3]]}],
    "schema_frames": [
        {"data": [{"city": "Rome", "degrees": 21.5}, {"city": None, "degrees": 3}]},
        {"data": [{"city": "Oslo", "degrees": -1}]},
    ],
    "any_shape": [
        {"as": "list", "inputs": [1, 2.5], "outputs": [1, None]},
        {"as": "list", "inputs": [[1, 2.5], [None, "x"]], "outputs": [0.1, "two"]},
        {"as": "list", "inputs": [[1, 2], [3]], "outputs": [[1], [2, 3]]},
        {"as": "list", "inputs": [{"a": 1}, {"a": 2}], "outputs": [[], []]},
        {"as": "list", "inputs": [10**30, True], "outputs": []},
        {"as": "array", "inputs": [[1, 2, 3], [4, 5, 6]], "outputs": [7, 8]},
        {"as": "array", "inputs": [[1, 2, 3], [4, 5, 6]], "outputs": [7, 8, 9, 10]},
        {"as": "array", "inputs": [[], []], "outputs": []},
        {"as": "array", "inputs": ["x", "y"], "outputs": [["a", "b"], ["c", None]]},
        {"as": "objects", "inputs": [[1, None], [2.5, "x"]], "outputs": [1, None]},
        {"as": "cube", "inputs": [1, 2, 3, 4], "outputs": [1, 2, 3, 4, 5, 6]},
        {"as": "half", "inputs": [[0.1, 65504]], "outputs": [0.1, 0.2]},
        {"as": "days", "inputs": [["2020-01-31", "NaT"]], "outputs": ["2020-01-31"]},
        {"as": "nested", "inputs": [[1, 2], [3, 4]], "outputs": [[1.5], [2.5]]},
        {"as": "records", "inputs": [[1, 2, "x"], [3, 4, "y"]], "outputs": [[1, 0.1, "z"]]},
        {"as": "scalar", "inputs": [5], "outputs": [0.5]},
        {"as": "text", "inputs": "abc", "outputs": "def"},
        {"as": "tuple", "inputs": [1, 2], "outputs": [3], "outputs_as": "list"},
        {"as": "number", "inputs": [1], "outputs": [1.5]},
        {"as": "none", "inputs": [], "outputs": [1, 2, 3], "outputs_as": "array"},
        {"as": "dict", "inputs": [["a", 1]], "outputs": [[1, 2, 3, 4]], "outputs_as": "list"},
        {"as": "unknown", "inputs": [], "outputs": []},
    ],
    "sometimes": [[1, -1, 2], [-1], [3], []],
}
