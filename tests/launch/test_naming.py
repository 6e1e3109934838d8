"""Readable prefixes of generated names."""

import pytest

from cdk_hpo.launch.naming import PREFIX_LENGTH, prefix_of_path, problem_with_prefix


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("Stack/Tuning", "stack-tuning"),
        ("PenguinTuning/Tuning", "penguintuni-tuning"),
        ("Production/Inner/Tuning", "produ-inner-tuning"),
        ("Stack/AVeryLongConstructIdIndeed", "averylongconstruct"),
        ("Stack/My_Job", "stack-my-job"),
        ("Stack/Übung", "stack-bung"),
        ("St/ück/-", "st-ck"),
        ("", "tuning"),
        ("Stage/S/Job", "stage-s-job"),
        ("Application/S/FourteenLetter", "s-fourteenletter"),
    ],
)
def test_prefix_of_a_path(path: str, prefix: str) -> None:
    assert prefix_of_path(path) == prefix
    assert len(prefix) <= PREFIX_LENGTH
    assert problem_with_prefix(prefix) is None
