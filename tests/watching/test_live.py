"""Drawing in place: what a terminal gets, when its size changes, and when it is left."""

import io
import os
import signal

import pytest

from cdk_hpo.watching import live
from cdk_hpo.watching.live import Live, follow

UP = "\x1b[2F"


@pytest.fixture
def size(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The terminal's columns and lines, to change."""
    now = [80, 24]
    monkeypatch.setattr(live, "terminal_size", lambda _: os.terminal_size((now[0], now[1])))
    return now


def test_lines_are_drawn_over_those_before(size: list[int]) -> None:
    stream = io.StringIO()
    drawn = Live(stream)
    drawn.draw(["one", "two"])
    drawn.draw(["three"])
    assert stream.getvalue() == f"\x1b[Kone\n\x1b[Ktwo\n\x1b[J{UP}\x1b[Kthree\n\x1b[J"


def test_what_does_not_fit_into_the_height_is_left_out(size: list[int]) -> None:
    size[1] = 3
    stream = io.StringIO()
    drawn = Live(stream)
    drawn.draw(["one", "two", "three"])
    drawn.draw([])
    assert "two" in stream.getvalue() and "three" not in stream.getvalue()
    assert UP in stream.getvalue()


def test_another_size_begins_on_an_empty_screen(size: list[int]) -> None:
    stream = io.StringIO()
    drawn = Live(stream)
    drawn.draw(["one", "two"])
    size[0] = 40
    drawn.draw(["one", "two"])
    drawn.draw(["one", "two"])
    assert UP not in stream.getvalue().partition("\x1b[2J\x1b[H")[0]
    assert stream.getvalue().count("\x1b[2J\x1b[H") == 1 and stream.getvalue().count(UP) == 1


def test_it_ends_with_the_last_lines() -> None:
    stream, left = io.StringIO(), [3]

    def lines() -> tuple[list[str], bool]:
        left[0] -= 1
        return [str(left[0])], left[0] > 0

    follow(lines, stream, 0)
    assert left == [0]
    assert stream.getvalue().endswith("\x1b[K0\n\x1b[J\x1b[?7h\x1b[?25h")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_terminal_is_restored_after_an_error(error: type[BaseException]) -> None:
    stream = io.StringIO()

    def lines() -> tuple[list[str], bool]:
        raise error

    with pytest.raises(error):
        follow(lines, stream, 0)
    assert stream.getvalue().endswith("\x1b[?7h\x1b[?25h")


def test_the_terminal_is_restored_after_sigterm() -> None:
    stream, before = io.StringIO(), signal.getsignal(signal.SIGTERM)

    def lines() -> tuple[list[str], bool]:
        os.kill(os.getpid(), signal.SIGTERM)
        return [], True

    with pytest.raises(SystemExit) as left:
        follow(lines, stream, 60)
    assert left.value.code == 143
    assert stream.getvalue().endswith("\x1b[?7h\x1b[?25h")
    assert signal.getsignal(signal.SIGTERM) is before
