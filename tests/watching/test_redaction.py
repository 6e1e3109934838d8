import pytest

from cdk_hpo.checks.redaction import HIDDEN
from cdk_hpo.watching.redaction import Redaction, shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "x"),
        ("db_Password", "hunter2"),
        ("api_key", "1"),
        ("hub-token", "hf_1"),
        ("aws_secret_access_key", "x"),
        ("url", "https://user:word@host/"),
        ("anything", "AKIAIOSFODNN7EXAMPLE"),
    ],
)
def test_hidden(name: str, value: str) -> None:
    assert shown(name, value) == HIDDEN


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eta", "0.3"),
        ("tokenizer", "bert-base"),
        ("max_tokens", "512"),
        ("pad_token", "<pad>"),
        ("sagemaker_submit_directory", "s3://bucket/code.tar.gz"),
    ],
)
def test_shown(name: str, value: str) -> None:
    assert shown(name, value) == value


def test_what_repeats_a_secret_loses_it() -> None:
    redaction = Redaction(
        [
            {"Environment": {"DB": "hunter2hunter", "DEBUG": "1", "A": "hunter2"}, "StaticHyperParameters": {}},
            {"StaticHyperParameters": {"api_key": "key-of-mine", "epochs": "100"}},
        ]
    )
    text = "train.py --api_key key-of-mine --epochs 100 failed in 1 s: hunter2hunter"
    assert redaction(text) == f"train.py --api_key {HIDDEN} --epochs 100 failed in 1 s: {HIDDEN}"
    assert redaction("fine\npassword=abc\nfine") == f"fine\n{HIDDEN}\nfine"
    assert Redaction([])("out of memory") == "out of memory"
