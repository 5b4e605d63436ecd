"""The locks: exact, hashed, and free of any place that packages come from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYER = ROOT / "shared" / "requirements.txt"
LOCKS = [ROOT / "requirements.lock", ROOT / "infra" / "sam.lock"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z0-9,-]+])?==([^\s;\\]+)")
HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")


def requirements(path: Path) -> list[str]:
    """One line a requirement: continued lines joined, comments left out."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    return [line.strip() for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def pins(path: Path) -> dict[str, set[str]]:
    """The versions of each package; a universal lock may hold one for each Python or platform."""
    found: dict[str, set[str]] = {}
    for line in requirements(path):
        match = PIN.match(line)
        assert match, f"{path.name}: not pinned to one version: {line[:60]}"
        found.setdefault(match[1].lower().replace("_", "-"), set()).add(match[2])
    return found


def test_the_layer_gets_the_versions_that_are_tested() -> None:
    lock = pins(LOCKS[0])
    apart = {name: (versions, lock.get(name)) for name, versions in pins(LAYER).items() if versions != lock.get(name)}
    assert not apart, "run `make lock`"


def test_the_layer_names_every_package_that_its_packages_need() -> None:
    """What is not named would be taken unpinned by `sam build`; boto3 is Lambda's own."""
    from importlib.metadata import requires

    named = set(pins(LAYER))
    needed: set[str] = set()
    for name in named:
        for line in requires(name) or []:
            if "extra ==" in line:
                continue
            found = re.match(r"[A-Za-z0-9._-]+", line)
            assert found
            needed.add(found[0].lower().replace("_", "-"))
    assert needed - named == set()


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_requirement_has_its_hashes(path: Path) -> None:
    for line in requirements(path):
        hashes = [part for part in line.split() if part.startswith("--")]
        assert hashes, f"{line[:60]} has no hash"
        assert all(HASH.match(part) for part in hashes), f"{line[:60]} has an option that is no hash"


@pytest.mark.parametrize("path", [LAYER, *LOCKS, ROOT / "infra/layers/pictures/requirements.txt"], ids=lambda p: p.name)
def test_no_requirement_says_where_it_comes_from(path: Path) -> None:
    """No index, no host, no path: the same file installs anywhere."""
    text = path.read_text(encoding="utf-8")
    places = re.findall(
        r"https?:|git\+|file:|\s@\s|index-url|find-links|trusted-host|^-[a-z]\b|(?:^|\s)\.{0,2}/", text, re.M
    )
    assert not places


def test_pictures_are_made_by_the_pillow_that_is_tested() -> None:
    assert pins(ROOT / "infra/layers/pictures/requirements.txt")["pillow"] == pins(LOCKS[0])["pillow"]


def test_everything_named_in_pyproject_is_one_version_and_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = [line for extra in project["project"]["optional-dependencies"].values() for line in extra]
    for lock, named in zip(LOCKS, (extras, project["dependency-groups"]["sam"]), strict=True):
        for line in named:
            pin = PIN.match(line)
            assert pin, f"not pinned to one version: {line}"
            assert pins(lock).get(pin[1].lower()) == {pin[2]}, f"{line} is not in {lock.name}: run `make lock`"
