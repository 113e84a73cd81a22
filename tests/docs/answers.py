"""Answers as the pages show them, shortened by an ellipsis, next to the real ones.

`"…"` stands for any text, `"0190…"` for one that begins so, `"/f/…/done"` for one that begins and ends so, and a bare `…` for any value or, at the end of an object or
array, for more of them. What is shown without one is all there is.
"""

import json
import re
from fnmatch import fnmatchcase

ANY = "\0any"
MORE = "\0more"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|…|[{}\[\]]')


def differences(shown: str, real: str) -> list[str]:
    """Where a real answer in JSON is not what is shown, path by path; empty if it is."""
    return list(_compare(json.loads(_expanded(shown)), json.loads(real), "answer"))


def absent_lines(shown: str, real: str) -> list[str]:
    """The lines shown that do not come in the real text in this order; an ellipsis stands for anything."""
    left = iter([line.rstrip() for line in real.splitlines()])
    patterns = [re.sub(r"([\[\]?*])", r"[\1]", line.rstrip()).replace("…", "*") for line in shown.splitlines()]
    return [pattern for pattern in patterns if not any(fnmatchcase(line, pattern) for line in left)]


def _expanded(shown: str) -> str:
    """The JSON that holds marks in place of bare ellipses."""
    opened: list[str] = []

    def mark(found: re.Match[str]) -> str:
        token = found[0]
        if token in "{[":
            opened.append(token)
        elif token in "}]":
            opened.pop()
        elif token == "…":
            before = shown[: found.start()].rstrip()[-1:]
            if before == ":":
                return json.dumps(ANY)
            return json.dumps(MORE) + (": true" if opened[-1] == "{" else "")
        return token

    return _TOKEN.sub(mark, shown)


def _compare(shown: object, real: object, path: str) -> list[str]:
    if shown == ANY:
        return []
    if isinstance(shown, dict) and isinstance(real, dict):
        return _compare_objects(dict(shown), real, path)
    if isinstance(shown, list) and isinstance(real, list):
        return _compare_arrays(list(shown), real, path)
    if isinstance(shown, str) and isinstance(real, str) and _pattern(shown).fullmatch(real):
        return []
    return [] if shown == real and type(shown) is type(real) else [f"{path} is {real!r}, not {shown!r}"]


def _pattern(shown: str) -> re.Pattern[str]:
    """What matches a text that is shown, in which an ellipsis stands for anything."""
    return re.compile(".*".join(map(re.escape, shown.split("…"))), re.DOTALL)


def _compare_objects(shown: dict[str, object], real: dict[str, object], path: str) -> list[str]:
    more = shown.pop(MORE, False)
    found = [] if more else [f"{path}.{name} is not shown" for name in real.keys() - shown.keys()]
    for name, value in shown.items():
        if name in real:
            found += _compare(value, real[name], f"{path}.{name}")
        else:
            found.append(f"{path}.{name} is shown, and absent")
    return found


def _compare_arrays(shown: list[object], real: list[object], path: str) -> list[str]:
    more = shown[-1:] == [MORE]
    expected = shown[:-1] if more else shown
    if len(real) < len(expected) or (len(real) > len(expected) and not more):
        return [f"{path} has {len(real)} items, not {len(expected)}"]
    return [one for number, value in enumerate(expected) for one in _compare(value, real[number], f"{path}[{number}]")]
