import re

from hypothesis import given
from hypothesis import strategies as st
from tuning_job import names

TEXT = st.text(min_size=1, max_size=30)


@given(prefix=st.text(max_size=40), stack=TEXT, logical=TEXT, request=TEXT)
def test_any_name_is_valid_and_recognised(prefix: str, stack: str, logical: str, request: str) -> None:
    name = names.run_name(prefix, stack, logical, request)
    assert re.fullmatch(r"[a-z0-9](-*[a-z0-9]){0,31}", name)
    assert len(name) <= 32
    assert names.is_job_name(name)
    assert names.is_run_of(name, stack, logical)
    assert names.search_text(stack, logical) in name
    assert name == names.run_name(prefix, stack, logical, request)


def test_names_differ_by_stack_logical_id_and_event() -> None:
    made = {
        names.run_name("p", *parts) for parts in [("s", "l", "r"), ("t", "l", "r"), ("s", "m", "r"), ("s", "l", "q")]
    }
    assert len(made) == 4
    assert names.run_name("p", "ab", "c", "r") != names.run_name("p", "a", "bc", "r")


def test_the_longest_prefix_fits_whole() -> None:
    assert names.run_name("a" * 18, "s", "l", "r").startswith("a" * 18 + "-")


def test_names_of_others_are_not_recognised() -> None:
    name = names.run_name("p", "s", "l", "r")
    assert not names.is_run_of(name, "s", "other")
    assert not names.is_run_of(name + "-x", "s", "l")
    assert not names.is_job_name("a" * 33)
    assert not names.is_job_name("ends-")
    assert not names.is_job_name("not ascii ü")
    assert not names.is_job_name("line\n")
