from __future__ import annotations

import pytest

from tests.saml.make import Made, certificate


@pytest.fixture(scope="session")
def made() -> Made:
    return certificate("OneLogin test account")


@pytest.fixture(scope="session")
def other() -> Made:
    return certificate("Another account")
