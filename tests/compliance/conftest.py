"""The same parties as in tests/oauth, and what the tests of this run say that they prove."""

import pytest

from tests.compliance.matrix import Proof, name_of, rules_of
from tests.oauth.conftest import client, owner, parties, public

__all__ = ["client", "owner", "parties", "public"]

PROOFS = pytest.StashKey[set[Proof]]()
FILES = pytest.StashKey[set[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note the markers before anything is deselected."""
    proofs = {(*rule, name_of(item.nodeid)) for item in items for rule in rules_of(item)}
    config.stash[PROOFS] = proofs
    config.stash[FILES] = {name_of(item.nodeid).partition(":")[0] for item in items}


@pytest.fixture
def collected(pytestconfig: pytest.Config) -> set[Proof]:
    """Each rule with each test of it, of the files that this run has collected."""
    return pytestconfig.stash[PROOFS]


@pytest.fixture
def files(pytestconfig: pytest.Config) -> set[str]:
    """Those files."""
    return pytestconfig.stash[FILES]
