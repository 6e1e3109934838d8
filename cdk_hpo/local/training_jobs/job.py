"""One training job, carried out in a thread of its own."""

import collections
import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import artifacts, channels, config_files, failures, programs
from .images import Images
from .kept import Command, Exit, Kept
from .layout import Layout
from .lines import Lines, LogSink
from .metrics import Values, expression
from .order import JobError, Order, Result
from .storage import Storage
from .variables import environment

_KEPT_LINES = 200
_PATIENCE = 1.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How training jobs are run on this machine.

    Parameters
    ----------
    folder
        Where the folders of the jobs are made.
    storage
        Returns S3 as the role of a training job sees it.
    images
        Which programs stand for images.
    log
        Returns what takes the lines of a training job's log.
    variables
        Returns more variables for a program's environment, such as credentials.
    grace_seconds
        How long a program may take to stop; the service gives it 120 seconds.
    max_seconds
        The longest that a program may run here, whatever its definition says; None for no such limit.
    memory_bytes
        The memory of a training job, None for no limit.
    disk_bytes
        The size of its folder, None for no limit.
    checkpoint_seconds
        How often checkpoints are uploaded.
    cpus
        How many processors a training job is told to use.
    """

    folder: Path
    storage: Callable[[Order], Storage]
    images: Images
    log: Callable[[Order], LogSink]
    variables: Callable[[Order], Mapping[str, str]] = lambda order: {}
    grace_seconds: float = 120.0
    max_seconds: float | None = None
    memory_bytes: int | None = None
    disk_bytes: int | None = None
    checkpoint_seconds: float = 10.0
    cpus: int = 1


class TrainingJob:
    """A training job that runs from its creation on.

    Parameters
    ----------
    order
        What to do.
    settings
        How.
    """

    def __init__(self, order: Order, settings: Settings) -> None:
        self._order, self._settings = order, settings
        self._log = settings.log(order)
        self._values: collections.deque[float] = collections.deque()
        self._last_lines: collections.deque[str] = collections.deque(maxlen=_KEPT_LINES)
        self._phases: list[tuple[str, float]] = []
        self._result: Result | None = None
        self._stopped, self._abandoned = threading.Event(), False
        self._lock = threading.Lock()
        self._kept: Kept | None = None
        self._metric: Values | None = None
        self._thread = threading.Thread(target=self._run, name=order.name, daemon=True)
        self._thread.start()

    def take(self) -> list[float]:
        """Return the values of the objective that came since the last call."""
        found = []
        with contextlib.suppress(IndexError):
            while True:
                found.append(self._values.popleft())
        return found

    @property
    def phases(self) -> list[tuple[str, float]]:
        """What it has come to (Downloading, Training, Uploading), and when, in seconds since the epoch."""
        return list(self._phases)

    @property
    def result(self) -> Result | None:
        """How it ended; None before. When it is there, no value of the objective and no phase will follow."""
        return self._result

    def stop(self) -> None:
        """Ask it to stop; what it has learned is kept."""
        with self._lock:
            self._stopped.set()
            if self._kept is not None:
                self._kept.stop()

    def end(self) -> None:
        """Kill it, keep nothing, and wait until it is gone."""
        with self._lock:
            self._abandoned = True
            self._stopped.set()
            if self._kept is not None:
                self._kept.kill()
            if self._metric is not None:
                self._metric.kill()
        self._thread.join()

    # -- in the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            result = self._kept_result()
        except JobError as error:
            result = Result(status="Failed", reason=str(error)[: failures.MOST_CHARACTERS])
        except Exception as error:  # a defect here must show itself as a failed job, not as one that never ends
            result = Result(status="Failed", reason=f"InternalServerError: {error!r}"[: failures.MOST_CHARACTERS])
        if self._abandoned:
            result = Result(status="Stopped")
        elif result.reason is not None:
            self._note(result.reason)
        self._result = result

    def _kept_result(self) -> Result:
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        root = Path(tempfile.mkdtemp(prefix=f"{self._order.name}-", dir=self._settings.folder))
        kept = Kept(root)
        try:
            with self._lock:
                self._kept = kept
                if self._abandoned:
                    kept.kill()
            return self._carry_out(Layout(root), kept)
        finally:
            with self._lock:
                self._kept, metric, self._metric = None, self._metric, None
            kept.end()
            if metric is not None:
                metric.end()

    def _carry_out(self, layout: Layout, kept: Kept) -> Result:
        order, storage = self._order, self._settings.storage(self._order)
        self._enter("Downloading")
        channels.fetch(order, storage, layout.data, self._stopped.is_set)
        hyperparameters = {name: layout.translated(value) for name, value in order.hyperparameters.items()}
        config_files.write(order, layout, hyperparameters)
        program = programs.find(order, hyperparameters, self._settings.images, storage, layout)
        if self._stopped.is_set():
            return Result(status="Stopped")
        checkpoints = _checkpoints(order, layout, storage)
        self._listen()
        self._enter("Training")
        kept.run(self._command(program, layout, hyperparameters))
        if self._stopped.is_set():
            kept.stop()  # it may have come in between
        ended = self._follow(kept, checkpoints)
        result = self._judge(ended, layout)
        if result.status != "Failed":
            self._enter("Uploading")
            left = artifacts.upload(order, layout, storage)
            self._note(f"Uploaded {', '.join(left)}." if left else failures.NO_OUTPUT)
        return result

    def _command(self, program: programs.Program, layout: Layout, hyperparameters: Mapping[str, str]) -> Command:
        settings, longest = self._settings, self._order.max_seconds
        variables = environment(self._order, layout, hyperparameters, settings.cpus)
        return Command(
            command=program.command,
            folder=str(program.folder),
            environment={**variables, **settings.variables(self._order)},
            seconds=longest if settings.max_seconds is None else min(longest, settings.max_seconds),
            grace=settings.grace_seconds,
            memory=settings.memory_bytes,
            disk=settings.disk_bytes,
        )

    def _follow(self, kept: Kept, checkpoints: artifacts.Checkpoints | None) -> Exit:
        lines, synced = Lines(), time.monotonic()
        while not kept.lost and (output := kept.read(_PATIENCE)) != b"":
            if output is not None:
                self._say(lines.cut(output))
            if checkpoints is not None and time.monotonic() - synced >= self._settings.checkpoint_seconds:
                checkpoints.sync()
                synced = time.monotonic()
        self._say(lines.end())
        ended = kept.wait()
        if checkpoints is not None:
            checkpoints.sync()
        return ended

    def _listen(self) -> None:
        """Get ready to find the objective in the output, where its metric is defined."""
        metric = self._order.objective
        pattern = expression(self._order.definition, metric) if metric else None
        if metric and pattern is not None:
            with self._lock:
                self._metric = Values(metric, pattern)

    def _enter(self, phase: str) -> None:
        self._phases.append((phase, time.time()))

    def _say(self, lines: list[str]) -> None:
        if not lines:
            return
        self._last_lines.extend(lines)
        self._log(lines)
        if self._metric is not None:
            self._values.extend(self._metric.find(lines))

    def _note(self, text: str) -> None:
        """Write to the log what is not the program's output, so that it holds no metrics."""
        self._log(text.splitlines())

    def _judge(self, ended: Exit, layout: Layout) -> Result:
        if ended.why in ("stop", "time"):
            return Result(status="Stopped", overtime=ended.why == "time")
        if ended.status == 0 and ended.why == "exit":
            return Result(status="Completed")
        return Result(status="Failed", reason=failures.reason(ended, layout.failure, list(self._last_lines)))


def _checkpoints(order: Order, layout: Layout, storage: Storage) -> artifacts.Checkpoints | None:
    local = config_files.checkpoint_folder(layout)
    return None if local is None else artifacts.Checkpoints(order, local, layout.root, storage)
