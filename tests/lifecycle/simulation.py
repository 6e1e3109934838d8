"""Time that passes only in thought, and tasks that take turns in it: the same order every time.

A task runs in a thread of its own, but only one thread runs at any moment: a task gives way where it would wait.
"""

import heapq
import threading
from collections.abc import Callable
from typing import Any

from tests.handler.world import START, Crash


class Killed(Crash):
    """The function's time is up, or the simulation is over."""


class Task:
    """Work that may wait; when it ends, ``ended`` is told the error that ended it, or none."""

    def __init__(
        self, work: Callable[[], None], ended: Callable[[BaseException | None], None], deadline: float
    ) -> None:
        self._work, self._ended, self.deadline = work, ended, deadline
        self._go, self._pause = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._killed = False
        self.done = False
        self._error: BaseException | None = None

    def _run(self) -> None:
        self._go.acquire()
        try:
            if self._killed:
                raise Killed
            self._work()
        except BaseException as error:
            self._error = error
        self.done = True
        self._pause.release()

    def resume(self) -> None:
        """Let the task run until it waits or ends."""
        if self._thread.ident is None:
            self._thread.start()
        self._go.release()
        self._pause.acquire()
        if self.done:
            self._thread.join()
            self._ended(self._error)

    def give_way(self) -> None:
        """Wait to be resumed; called by the task itself."""
        self._pause.release()
        self._go.acquire()
        if self._killed:
            raise Killed

    def kill(self) -> None:
        """End the task where it waits."""
        self._killed = True
        self._ended = lambda error: None
        self.resume()


class Simulation:
    """The clock, and what is going to happen."""

    def __init__(self) -> None:
        self.time = START
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._task: Task | None = None
        self.tasks: set[Task] = set()
        self.planned = 0
        """Things that somebody has put on the agenda and that are not tasks' own."""

    def now(self) -> float:
        return self.time

    def spread(self) -> float:
        return 0.5

    def sleep(self, seconds: float) -> None:
        """Let time pass: for the task that asks, or for everything if none does."""
        task = self._task
        if task is None:
            self.run(lambda: False, self.time + seconds)
            return
        wake = self.time + seconds
        if wake >= task.deadline:
            self._plan(task.deadline, lambda: self._kill(task))
        else:
            self._plan(wake, lambda: self._resume(task))
        task.give_way()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something some seconds from now."""
        self.planned += 1

        def act() -> None:
            self.planned -= 1
            action()

        self._plan(self.time + seconds, act)

    def start(self, work: Callable[[], None], ended: Callable[[BaseException | None], None], seconds: float) -> None:
        """Begin a task now that may last some seconds."""
        task = Task(work, ended, self.time + seconds)
        self.tasks.add(task)
        self._plan(self.time, lambda: self._resume(task))

    def run(self, until: Callable[[], bool], limit: float) -> None:
        """Let time pass until something is so, or a moment is reached."""
        while not until():
            if not self._agenda or self._agenda[0][0] > limit:
                self.time = max(self.time, limit)
                return
            moment, _, action = heapq.heappop(self._agenda)
            self.time = max(self.time, moment)
            action()

    @property
    def idle(self) -> bool:
        """Whether nothing is going on or planned."""
        return not self.tasks and not self.planned

    def end(self) -> None:
        """Kill what goes on."""
        self._agenda.clear()
        for task in list(self.tasks):
            self._finish(task, task.kill)

    def _plan(self, moment: float, action: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._agenda, (moment, self._number, action))

    def _resume(self, task: Task) -> None:
        self._finish(task, task.resume)

    def _kill(self, task: Task) -> None:
        ended, task._ended = task._ended, lambda error: None
        self._finish(task, task.kill)
        ended(Killed())

    def _finish(self, task: Task, step: Callable[[], Any]) -> None:
        before, self._task = self._task, task
        try:
            step()
        finally:
            self._task = before
            if task.done:
                self.tasks.discard(task)
