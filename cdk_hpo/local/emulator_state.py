"""What the emulator keeps on disk: its services' records every few seconds, the objects of S3 at once."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

SECONDS = 2.0
# Writing must not cost more than a tenth of the time, however much there is.
_SHARE = 10
_TRIES = 3
# What becomes of a stack whose operation ended with the process: there is nobody to carry it on.
_INTERRUPTED = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_IN_PROGRESS": "UPDATE_FAILED",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
}
_REASON = "The local cloud ended while the stack was being changed."


def environment(folder: Path) -> dict[str, str]:
    """Return the variables that let the emulator keep its state in a folder."""
    return {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
    }


class EmulatorState:
    """Writes the records of the emulator's services when they may have changed.

    Before it begins it writes nothing: the emulator has not read what is there, and would replace it by nothing.
    """

    def __init__(self) -> None:
        self._changed = threading.Event()
        self._once = threading.Lock()
        self._begun = False

    def begin(self) -> None:
        """Write from now on, in a thread of its own; the emulator has read what is there."""
        end_interrupted_stacks()
        self._begun = True
        threading.Thread(target=self._watch, daemon=True).start()

    def touch(self) -> None:
        """Note that something may have changed."""
        self._changed.set()

    def _watch(self) -> None:
        while True:
            self._changed.wait()
            began = time.monotonic()
            self.save()
            time.sleep(max(SECONDS, _SHARE * (time.monotonic() - began)))

    def save(self) -> None:
        """Write now."""
        if not self._begun:
            return
        from ministack import app
        from ministack.core import persistence

        with self._once:
            self._changed.clear()
            for service, read in app._build_persistence_save_dict().items():
                if (found := _steady(read)) is not None:
                    persistence.save_state(service, found)


def end_interrupted_stacks() -> None:
    """Give the stacks that were being changed a status in which they can be deleted or changed again."""
    from ministack.services import cloudformation

    for _, stack in cloudformation._stacks.all_items():
        if (status := _INTERRUPTED.get(stack.get("StackStatus", ""))) is not None:
            stack["StackStatus"], stack["StackStatusReason"] = status, _REASON


def _steady(read: Callable[[], object]) -> object | None:
    """Read a service's records, which may change meanwhile; None when there are none to be had."""
    for _ in range(_TRIES):
        try:
            return read()
        except RuntimeError:  # a table has changed while it was copied
            time.sleep(0.01)
    return None
