"""Which texts and names may be secrets."""

import pytest

from cdk_hpo.checks.redaction import is_sensitive, is_sensitive_name


@pytest.mark.parametrize(
    "text",
    [
        "user:hunter2@docker.io/x/y:1",
        "user:hunter2@localhost/x",
        "user:hun@ter2@registry:5000/x",
        "--dsn user:hunter2@database.example/x",
        "dsn=user:hunter2@database:3306",
        "postgresql:user:hunter2@database:5432",
        "https://user:hunter2@registry/x",
    ],
)
def test_a_password_in_an_address(text: str) -> None:
    assert is_sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "train:1@sha256:0123abc",
        "localhost:5000/train:1@sha256:0123.abc",
        "arn:aws:sts::111122223333:assumed-role/Training/somebody@example.com",
        "somebody@example.com",
        "loss:a@b",
        '{"to":"somebody@example.com"}',
        "at 12:30 somebody@example.com",
        "s3://bucket/a:b@c.d/",
    ],
)
def test_addresses_without_one(text: str) -> None:
    assert not is_sensitive(text)


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "db_password_1", "SecretKey", "HF_TOKEN", "x-api-key", "AKIAIOSFODNN7EXAMPLE"]
)
def test_a_name_of_secrets(name: str) -> None:
    assert is_sensitive_name(name)


@pytest.mark.parametrize("name", ["max_depth", "max_tokens", "tokenizer", "pad_token_id", "num-tokens", "key"])
def test_a_name_of_something_else(name: str) -> None:
    assert not is_sensitive_name(name)
