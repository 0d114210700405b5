"""Options, profiles and fixtures of the whole suite."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

GOLDEN = Path(__file__).parent / "golden"

settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("quick"), max_examples=2000)
settings.register_profile(
    "ci", settings.get_profile("quick"), derandomize=True, print_blob=True, database=None
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick")
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--overwrite-golden",
        action="store_true",
        help="write the golden files anew in place of comparing with them",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` compares `text` with the file tests/golden/NAME."""
    overwrite = request.config.getoption("--overwrite-golden")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if overwrite:
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"no {path}: run with --overwrite-golden, then read what it holds"
        assert text == path.read_text(encoding="utf-8")

    return compare
