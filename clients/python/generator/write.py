"""Writes the generated modules: `python -m generator.write DESCRIPTION` here, with a copy of /openapi.json."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from generator.names import Json
from generator.operations import Method, all_operations_module, methods_of, operations_module
from generator.problems import problems_module
from generator.shapes import shapes_module

PACKAGE = Path(__file__).parents[1] / "askonce_client"
STREAM = "streamEvents"
"""The operation that is written by hand, as `follow_events`."""


def generated_files(description: Json) -> dict[str, str]:
    """The text of each generated module by its path in the package."""
    methods: dict[str, list[Method]] = defaultdict(list)
    for path, operations in description["paths"].items():
        for verb, operation in operations.items():
            if operation["operationId"] != STREAM:
                tag = operation["tags"][0].replace("-", "_")
                methods[tag] += methods_of(verb.upper(), path, operation)
    files = {"problem_types.py": problems_module(), "shapes.py": shapes_module(description["components"]["schemas"])}
    files |= {f"operations/{tag}.py": operations_module(tag, of_tag) for tag, of_tag in methods.items()}
    files["operations/__init__.py"] = all_operations_module(sorted(methods))
    return {path: _formatted(text) for path, text in files.items()}


def write(description: Json, package: Path = PACKAGE) -> None:
    """Write every generated module, and remove those that are none any more."""
    files = generated_files(description)
    (package / "operations").mkdir(exist_ok=True)
    for stale in set((package / "operations").glob("*.py")) - {package / path for path in files}:
        stale.unlink()
    for path, text in files.items():
        (package / path).write_text(text, "utf-8")


def _formatted(text: str) -> str:
    for command in (["check", "--select", "I,F401", "--fix", "--exit-zero"], ["format", "--line-length", "120"]):
        ran = [sys.executable, "-m", "ruff", *command, "--quiet", "--isolated", "-"]
        text = subprocess.run(ran, input=text, capture_output=True, text=True, check=True).stdout
    return text


if __name__ == "__main__":
    write(json.loads(Path(sys.argv[1]).read_text("utf-8")))
