import types

import botocore.endpoint
import pytest

from tests.handler.cloudformation import CloudFormation


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's own second try sleeps; tests need not. Nor need they write a line for every step."""
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    monkeypatch.setattr(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def cloud() -> CloudFormation:
    return CloudFormation()
