"""The rules of the house that no other tool checks."""

import ast
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.house.place import ROOT, name, text, tracked

SERVICE = ROOT / "service"
MODULES = sorted(path for path in tracked() if path.is_relative_to(SERVICE) and path.suffix == ".py")
BENCHMARKS = [path for path in tracked() if path.parent == ROOT / "benchmarks" and path.suffix == ".py"]
TEXTS = [path for path in tracked() if path.suffix not in {".gz", ".lock", ".png", ".svg", ".woff2"}]
LONGEST_MODULE = 300
TREE_OF_ERRORS = ROOT / "service" / "errors.py"
"""One list of sentences without code, which is read as a whole."""
LONGEST_FUNCTION = 30
MOST_MODULES = 15
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
UNNAMED_SUBJECTS = re.compile(r"\b(whoever|somebody)\b", re.IGNORECASE)
ROOMS_OF_PUBLISHED_WORDS = {"errors"}
"""The docstrings of errors are sentences that callers read."""
STATEMENT_STARTS = {tokenize.ENCODING, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
PROJECT = msgspec.toml.decode(text("pyproject.toml"))
THIS_FILE = "test_house_rules.py"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def findings(pattern: str, paths) -> list[str]:
    """Each line of these files that matches, with its place."""
    expression = re.compile(pattern)
    return [
        f"{name(path)}:{number}: {line.strip()}"
        for path in paths
        if path.name != THIS_FILE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if expression.search(line)
    ]


def test_the_repository_names_no_path_of_the_machine_it_was_written_on():
    assert findings(r"(?<![\w.}/-])/(work/|root/|Users/|home/(?!anna\b))", TEXTS) == []


def test_the_repository_speaks_of_no_document_that_is_not_in_it():
    assert findings(r"\b(CONTRACT|DESIGN|TRUST|PITFALLS|EMBEDDED|CHANNELS|STYLE)(\.md| section)", TEXTS) == []


def test_locks_name_no_host_and_pin_every_package_by_hash():
    for lock in ROOT.glob("requirements*.lock"):
        entries = re.split(r"\n(?=[a-z])", lock.read_text("utf-8"))
        assert not [entry for entry in entries if "://" in entry or "--index" in entry]
        assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_development_lock_pins_all_that_runs_in_production_and_nothing_else_than_it_does():
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= development.items()


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z][\w.-]*(?:\[\w+\])?)==(\S+)", text(lock), re.MULTILINE))


def test_nothing_is_left_for_later():
    assert findings(r"\b(TODO|FIXME|XXX|HACK)\b", MODULES) == []


def test_modules_are_short_and_have_names_that_say_what_they_hold():
    modules = [path for path in MODULES if path != TREE_OF_ERRORS]
    assert [name(path) for path in modules if path.read_text("utf-8").count("\n") > LONGEST_MODULE] == []
    assert [name(path) for path in MODULES if path.stem in VAGUE_NAMES] == []


def test_a_folder_holds_few_modules():
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {name(folder): count for folder, count in folders.items() if count > MOST_MODULES} == {}


def test_a_public_class_name_stands_for_one_thing():
    places = defaultdict(list)
    for path in [*MODULES, *BENCHMARKS]:
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name(path))
    assert {class_name: paths for class_name, paths in places.items() if len(paths) > 1} == {}


def test_functions_are_short_or_say_beside_their_name_why_not():
    assert [
        f"{name(path)}: {function.name} has {own_lines(function)} lines"
        for path in MODULES
        for function in functions_without_comment(path)
        if own_lines(function) > LONGEST_FUNCTION
    ] == []


def functions_without_comment(path: Path) -> Iterator[Function]:
    """The module's functions with no comment between their name and their body."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and "#" not in "".join(lines[node.lineno - 1 : node.body[0].lineno - 1]):
            yield node


def own_lines(function: Function) -> int:
    """Beyond its docstring; the functions inside are counted too."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum(statement.end_lineno - statement.lineno + 1 for statement in body)


def test_the_init_of_a_room_holds_one_docstring():
    rooms = {path: ast.parse(path.read_bytes()) for path in MODULES if path.name == "__init__.py"}
    assert [name(path) for path, room in rooms.items() if not ast.get_docstring(room) or len(room.body) > 1] == []


def test_sql_stands_beside_the_module_that_uses_it():
    statements = [path for path in tracked() if path.suffix == ".sql" and path.parent.name != "migrations"]
    assert statements
    assert [path.name for path in statements if not path.with_suffix(".py").is_file()] == []


def test_lua_says_first_what_its_keys_are():
    scripts = [path for path in tracked() if path.is_relative_to(SERVICE) and path.suffix == ".lua"]
    assert scripts
    assert [path.name for path in scripts if not path.read_text("utf-8").startswith("-- KEYS[1]")] == []


def test_every_room_has_its_floor():
    (house,) = PROJECT["tool"]["importlinter"]["contracts"]
    floors = {room for floor in house["layers"] for room in re.split(r"\s*\|\s*", floor)}
    rooms = {path.relative_to(SERVICE).parts[0].removesuffix(".py") for path in MODULES}
    assert floors == rooms - {"__init__"}
    assert house["exhaustive"]


def test_everything_public_has_to_have_a_docstring():
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert lint["select"] == ["ALL"]
    assert not {"D", "D1", "D100", "D101", "D102", "D103"} & set(lint["ignore"])
    assert not [
        pattern
        for pattern, rules in lint["per-file-ignores"].items()
        if pattern.startswith("service") and {"D", "D1", "D100", "D101", "D102", "D103"} & set(rules)
    ]


def test_types_are_checked_strictly_and_every_exception_names_its_rule():
    assert PROJECT["tool"]["mypy"]["strict"]
    assert "ignore-without-code" in PROJECT["tool"]["mypy"]["enable_error_code"]
    assert findings(r"# noqa(?!: [A-Z])|# type: ignore(?!\[)", MODULES) == []


def test_prose_of_the_code_names_its_subjects():
    assert [
        f"{name(path)}:{line}: {prose}"
        for path in MODULES
        if path.relative_to(SERVICE).parts[0].removesuffix(".py") not in ROOMS_OF_PUBLISHED_WORDS
        for line, prose in prose_of(path)
        if UNNAMED_SUBJECTS.search(prose)
    ] == []


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """Docstrings and comments of a module, with the numbers of their first lines."""
    starts_statement = True
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and starts_statement):
                yield token.start[0], token.string
            if token.type not in {tokenize.COMMENT, tokenize.NL}:
                starts_statement = token.type in STATEMENT_STARTS
