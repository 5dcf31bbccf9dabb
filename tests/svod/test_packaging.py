"""The two distributions of this repository: what an installation can do, what a wheel holds, what the locks pin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import svod

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".*", "var", "__pycache__", "node_modules", "build", "*.egg-info")
FOLDERS = (ROOT, ROOT / "localsheets")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout, because building leaves files beside the code."""
    copy = tmp_path_factory.mktemp("packaging") / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return copy


@pytest.fixture(scope="module")
def installation(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the `bin` of an environment where both folders are installed as by `make install`, the rest borrowed."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=120)
    paths = {"base": str(environment), "platbase": str(environment)}
    borrowed = Path(sysconfig.get_path("purelib", "venv", paths)) / "borrowed.pth"
    borrowed.write_text(sysconfig.get_path("purelib") + "\n")
    # `--ignore-installed`: what is installed among the borrowed packages stays there.
    folders = ("--editable", checkout / "localsheets", "--editable", checkout)
    pip(environment / "bin" / "python", "install", "--ignore-installed", *folders)
    yield environment / "bin"
    shutil.rmtree(environment)


def pip(python: Path | str, *words: Path | str) -> None:
    """Run pip without a network."""
    offline = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    command = [python, "-m", "pip", *words, *offline]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


FIND = """
import importlib.metadata, importlib.util, sys
print(importlib.metadata.version("svod"), *(importlib.util.find_spec(name).origin for name in sys.argv[1:]))
"""
"""Prints where `python -m` finds the modules that are named: the current folder comes first in both."""


@pytest.mark.slow
@pytest.mark.parametrize("folder", [".", "localsheets", ".."], ids=["root", "localsheets", "elsewhere"])
def test_installed_folders_serve_from_everywhere(installation: Path, checkout: Path, folder: str) -> None:
    def run(program: str, *words: str) -> str:
        command = [str(installation / program), *words]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            command, cwd=checkout / folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    assert run("svod", "--version") == f"Свод {svod.__version__}"
    modules = ("svod.__main__", "sync.__main__", "webform.__main__", "localsheets.__main__", "pytest_localsheets")
    version, *files = run("python", "-c", FIND, *modules).split()
    assert Version(version) == Version(svod.__version__)
    assert all(Path(file).is_relative_to(checkout) for file in files), files
    assert len(files) == len(modules)


@pytest.mark.slow
def test_a_wheel_holds_every_file_of_its_packages(checkout: Path, tmp_path: Path) -> None:
    for folder in (checkout, checkout / "localsheets"):
        pip(sys.executable, "wheel", "--wheel-dir", tmp_path, folder)
    packed = {
        name
        for wheel in tmp_path.glob("*.whl")
        for name in zipfile.ZipFile(wheel).namelist()
        if ".dist-info" not in name
    }
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "scripts"]
    sources = {(package, ROOT) for package in packages} | {
        (ROOT / "localsheets" / "src" / "localsheets", ROOT / "localsheets" / "src")
    }
    expected = {
        path.relative_to(root).as_posix()
        for package, root in sources
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == expected | {"pytest_localsheets.py"}


def locked(name: str) -> dict[str, tuple[Version, str]]:
    """Return version and hashes of every package of a lock file, by canonical name."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return {str(canonicalize_name(package)): (Version(version), rest) for package, version, rest in entries}


def wanted(*groups: str) -> list[Requirement]:
    """Return what both distributions, their build systems and the dependency groups ask for."""
    found: list[str] = []
    for folder in FOLDERS:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        found += [*project["project"]["dependencies"], *project["build-system"]["requires"]]
        for group in groups:
            found += project.get("dependency-groups", {}).get(group, [])
    return [Requirement(one) for one in found]


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.txt", ("build",)), ("requirements-dev.txt", ("build", "dev"))]
)
def test_a_lock_pins_all_that_is_asked_for_with_hashes_and_names_no_host(name: str, groups: tuple[str, ...]) -> None:
    packages = locked(name)
    for requirement in wanted(*groups):
        version, _ = packages[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version, prereleases=True), requirement
    for package, (_, rest) in packages.items():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), package
    assert not re.search(r"://|^ *--(?!hash)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)


def test_both_locks_pin_the_same_versions() -> None:
    run, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: version for name, (version, _) in run.items()}.items() <= {
        name: version for name, (version, _) in development.items()
    }.items()


def test_the_changelog_begins_with_the_present_version() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest.group(1) == Version(svod.__version__).base_version


def test_git_sees_no_settings_keys_links_or_copies(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "-q", tmp_path], check=True, timeout=60)
    secret = ["svod.env", "key.json", "my-project-1a2b3c.json", "links.csv", "svod-ссылки.csv", "outbox-2023-05-30.db"]
    secret += ["outbox-2023-05-30.dump", "sheets-2023-05-30.db", "var/secret_key", "outbox.db-wal", "backup.tar.gz"]
    public = ("svod.env.example", "credentials.example.json", "config.yaml", "autumn.yaml", "docs/x/routes.json")
    done = subprocess.run(
        ["git", "-c", "core.quotePath=off", "check-ignore", *secret, *public],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert set(done.stdout.split()) == set(secret)


def test_a_python_that_is_too_old_is_refused_in_russian(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = subprocess.run(
        ["make", "PYTHON=false", ".venv/bin/python"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "Нужен Python 3.11 или новее" in done.stderr) == (2, True)
    assert not (tmp_path / ".venv").exists()
