"""Readable prefixes of generated names."""

import pytest

from cdk_hpo.launch.naming import PREFIX_LENGTH, prefix_of_path, problem_with_prefix


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("Stack/Tuning", "stack-tuning"),
        ("PenguinTuning/Tuning", "pengui-tuning-5qkh"),
        ("Production/Inner/Tuning", "inner-tuning-cxjw"),
        ("Stack/AVeryLongConstructIdIndeed", "averylongcons-kq4b"),
        ("Stack/My_Job", "stack-my-job"),
        ("Stack/Übung", "stack-bung"),
        ("St/ück/-", "st-ck"),
        ("", "tuning"),
        ("Stage/S/Job", "stage-s-job"),
        ("Application/S/FourteenLetter", "fourteenlette-3jtx"),
    ],
)
def test_prefix_of_a_path(path: str, prefix: str) -> None:
    assert prefix_of_path(path) == prefix
    assert len(prefix) <= PREFIX_LENGTH
    assert problem_with_prefix(prefix) is None


def test_launchers_with_long_paths_do_not_share_a_prefix() -> None:
    paths = [f"{stage}/Churn/CustomerChurnWeekly{region}" for stage in ("Dev", "Prod") for region in ("Eu", "Us")]
    assert len({prefix_of_path(path) for path in paths}) == 4
