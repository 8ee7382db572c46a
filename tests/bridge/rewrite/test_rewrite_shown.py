"""What is only shown to people may be shown as something else; what is used may not."""

from __future__ import annotations

import pytest

from tests.bridge.rewrite.rewriting_cases import COLLECTORS, reason_of, rewritten_run

SHOWN = [
    "print({})",
    "print('x', {})",
    "print(f'x {{{}}} y')",
    "print(f'x {{{}!r}}' ' y')",
    "print('x {{}} {{}}'.format(1, {}))",
    "log.info('x {{a}}'.format(a={}))",
    "print('x %s' % {})",
    "print('x %s %s' % (1, {}))",
    "logging.warning('x ' + str({}) + ' y')",
    "print(repr({}))",
    "text = f'x {{{}}}'\n    print(text)",
    "print(json.dumps({{'id': str({}), 'rows': 1}}))",
    "info = {{'id': f'{{{}}}', 'rows': len(data)}}\n    print(json.dumps(info, indent=1))",
]
USED = [
    "return str({})",
    "text = str({})\n    print(text)\n    return text",
    "print(len({}))",
    "print(f'{{{}:>9}}')",
    "print('{{0.x}}'.format({}))",
    "print('%(a)s' % {})",
    "print(json.dumps({}))",
    "info = {{'id': str({})}}\n    print(info)\n    return info",
    "info = {{'id': {}}}\n    print(info)",
    "info = {{'id': str({})}}\n    info['rows'] = 1\n    print(info)",
    "print({} + 1)",
    "store(f'{{{}}}')",
]


@pytest.mark.parametrize("line", SHOWN)
@pytest.mark.parametrize("value", ["c", "i"])
def test_shown(line: str, value: str) -> None:
    """Of correlations and of collectors, in every way to make a text."""
    after = rewritten_run(
        f"c = i.collect(data)\n{line.format(value)}\np.collect(data)\n".replace("\n    ", "\n")
    )
    assert line.format(value).splitlines()[0] in after


@pytest.mark.parametrize("line", SHOWN)
def test_collected_where_it_is_shown(line: str) -> None:
    """The call stays where it is; the context is kept on the way."""
    after = rewritten_run(
        f"{line.format('i.collect(data)')}\np.collect(data)\n".replace("\n    ", "\n")
    )
    assert "context := i.collect(" in after
    compile(f"def run(data):\n{after}", "run", "exec")


@pytest.mark.parametrize("line", USED)
def test_used(line: str) -> None:
    """Where the value matters, a context in its place would be another one."""
    source = f"{COLLECTORS}\ndef run(data):\n    c = i.collect(data)\n    {line.format('c')}\n"
    assert "also used outside add_correlations" in reason_of(source)


def test_quotes_inside_an_f_string() -> None:
    """What older Pythons do not read is left alone."""
    source = (
        f"{COLLECTORS}\ndef run(data):\n"
        "    print(f'{i.collect(data, \"loan\")}')\n    p.collect(data)\n"
    )
    assert "quotes inside an f-string" in reason_of(source)
