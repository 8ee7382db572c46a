"""One wheel for all versions of Python from 3.7: what is used of them is in their stable ABI."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "mdc_fast",
            ["mdc_fast.c", "read_rows.c", "weave.c"],
            depends=["mdc_fast.h"],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp37"}},
)
