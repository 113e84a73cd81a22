"""Makes a release: `make release args="prepare 1.2.3"` writes its number, `make release` builds what is published.

Nothing is uploaded. CONTRIBUTING.md has the steps in their order.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
PROJECTS = (".", "clients/python")
"""What becomes a wheel and a source distribution."""
CHANGELOG = "CHANGELOG.md"
UNRELEASED = "## [Unreleased]\n"
NUMBERS = {
    "pyproject.toml": re.compile(r'^version = "(.+)"$', re.MULTILINE),
    "clients/python/pyproject.toml": re.compile(r'^version = "(.+)"$', re.MULTILINE),
    "clients/typescript/package.json": re.compile(r'^  "version": "(.+)",$', re.MULTILINE),
    "clients/typescript/package-lock.json": re.compile(
        r'^ {2}"version": "(.+)",$|(?<="name": "askonce-client",\n)^ {6}"version": "(.+)",$', re.MULTILINE
    ),
}
"""Where the number of the version stands, in each file as often as the pattern is found."""
OF_OPERATORS = ("deploy", "docs", "requirements.lock", "README.md", CHANGELOG, "LICENSE")
"""What a machine without a checkout may want beside the wheel."""
BUILD = "import sys; to = sys.argv[1]; from setuptools import build_meta as b; b.build_sdist(to); b.build_wheel(to)"
FORM = re.compile(r"\d+\.\d+\.\d+")


def main(arguments: list[str]) -> None:
    """Run one of the two steps; SystemExit with a sentence if it cannot be done."""
    match arguments:
        case ["prepare", version]:
            prepare(version)
        case []:
            build()
        case _:
            raise SystemExit('Usage: make release, or make release args="prepare 1.2.3"')


def prepare(version: str) -> None:
    """Write the number into every file that has one, and give what is unreleased in the changelog its heading."""
    if not FORM.fullmatch(version) or as_numbers(version) <= as_numbers(current_version()):
        raise SystemExit(f"{version} is no version after {current_version()}: three numbers, as in 1.2.3.")
    changelog = (ROOT / CHANGELOG).read_text("utf-8")
    if not section(changelog, "Unreleased"):
        raise SystemExit(f"{CHANGELOG} says of nothing that is to be released.")
    heading = f"{UNRELEASED}\n## [{version}] - {datetime.now(UTC):%Y-%m-%d}\n"
    (ROOT / CHANGELOG).write_text(changelog.replace(UNRELEASED, heading, 1), "utf-8")
    for file, pattern in NUMBERS.items():
        before = (ROOT / file).read_text("utf-8")
        (ROOT / file).write_text(pattern.sub(lambda found: found[0].replace(current(found), version), before), "utf-8")
    print(f"{version} stands in {', '.join(NUMBERS)} and {CHANGELOG}. Review, run the checks, commit and tag it.")


def build() -> None:
    """Fill dist/ with the files of the version that is checked out and tagged."""
    version = releasable_version()
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    with tempfile.TemporaryDirectory(prefix="askonce-release-") as folder:
        tree = Path(folder)
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "--extract", "--directory", folder], input=archive, check=True)
        for project in PROJECTS:
            build_project(tree / project)
        build_image(tree, version)
    pack(f"askonce-deploy-{version}.tar.gz", version, *OF_OPERATORS)
    shutil.copy(ROOT / "requirements.lock", DIST)
    (DIST / "NOTES.md").write_text(section((ROOT / CHANGELOG).read_text("utf-8"), version) + "\n", "utf-8")
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(DIST.iterdir())}
    (DIST / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()), "utf-8")
    print(f"dist/ has askonce {version}:", *sorted(file.name for file in DIST.iterdir()), sep="\n  ")


def releasable_version() -> str:
    """The version of a tree that may be released; SystemExit with what is missing."""
    version = current_version()
    if changed := git("status", "--porcelain"):
        raise SystemExit(f"What is not committed would not be in the release:\n{changed}")
    odd = {file for file in NUMBERS if numbers_in(file) != {version}}
    if odd:
        raise SystemExit(f"pyproject.toml says {version}, which does not stand in {', '.join(sorted(odd))}.")
    if not section((ROOT / CHANGELOG).read_text("utf-8"), version):
        raise SystemExit(f'{CHANGELOG} has no section [{version}]: make release args="prepare …" writes one.')
    if f"v{version}" not in git("tag", "--points-at", "HEAD").split():
        raise SystemExit(f"This commit is not tagged: git tag --annotate v{version} --message 'askonce {version}'")
    return version


def build_project(project: Path) -> None:
    """Put a project's wheel and source distribution into dist/, dated by the commit."""
    environment = os.environ | {"SOURCE_DATE_EPOCH": git("log", "-1", "--format=%ct")}
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(DIST)],
        cwd=project,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if built.returncode:
        raise SystemExit(f"{project.name} was not built, and dist/ is not whole:\n{built.stderr[-2000:]}")


def build_image(tree: Path, version: str) -> None:
    """Put what the image is built of into dist/, and the image itself where an engine answers."""
    ignored = (tree / "deploy/Dockerfile.dockerignore").read_text("utf-8").splitlines()
    patterns = [line[1:] for line in ignored if line.startswith("!")]
    names = sorted(str(path.relative_to(tree)) for pattern in patterns for path in tree.glob(pattern))
    context = pack(f"askonce-context-{version}.tar.gz", "", "deploy/Dockerfile", *names)
    command = f"docker build --file deploy/Dockerfile --tag askonce:{version} --tag askonce"
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        print(f"No Docker engine answers, so there is no image. Where one does: {command} - < {context.name}")
        return
    subprocess.run([*command.split(), str(tree)], check=True)
    image = DIST / f"askonce-image-{version}.tar"
    subprocess.run(["docker", "save", "--output", str(image), f"askonce:{version}", "askonce"], check=True)


def pack(name: str, version: str, *paths: str) -> Path:
    """An archive in dist/ of what is committed under these paths, in a folder of its own if a version is named."""
    prefix = [f"--prefix=askonce-{version}/"] if version else []
    git("archive", "--format=tar.gz", *prefix, f"--output={DIST / name}", "HEAD", *paths)
    return DIST / name


def section(changelog: str, version: str) -> str:
    """What the changelog says of a version, without its heading; empty if it says nothing."""
    found = re.search(rf"^## \[{re.escape(version)}\].*\n((?:(?!## ).*\n?)*)", changelog, re.MULTILINE)
    return found[1].strip() if found else ""


def current_version() -> str:
    """What pyproject.toml says."""
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return version


def numbers_in(file: str) -> set[str]:
    """The versions that a file states."""
    return {current(found) for found in NUMBERS[file].finditer((ROOT / file).read_text("utf-8"))}


def current(found: re.Match[str]) -> str:
    """The version that a pattern has found."""
    return next(group for group in found.groups() if group is not None)


def as_numbers(version: str) -> tuple[int, ...]:
    """The version as what compares by size."""
    return tuple(map(int, version.split(".")))


def git(*arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.rstrip()


if __name__ == "__main__":
    main(sys.argv[1:])
