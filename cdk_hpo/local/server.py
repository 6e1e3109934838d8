"""The process of one local cloud. LocalCloud starts it, in a session of its own; it is not meant to be started by hand.

It gets its options as JSON in the first argument, its private folder in the second and locks that it holds, as file
descriptors, in the others. It writes one line of JSON to the standard output once it answers (or cannot), and ends with
everything it started when its standard input closes: that happens whenever the process that holds the other end ends,
however that may be.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import folders
from .emulator_state import EmulatorState
from .options import Options

EVENT_INTERVAL = 0.1
ALIVE_SECONDS = 1.0
Report = Callable[[dict[str, Any]], None]


def main() -> None:
    """Serve until the standard input closes."""
    options, home = Options(**json.loads(sys.argv[1])), Path(sys.argv[2])
    for lock in sys.argv[3:]:
        os.set_inheritable(int(lock), False)  # what is started here may outlive this process by a moment
    report = _take_standard_output()
    state = None if options.state is None else EmulatorState()
    ending = _Ending(home, state)
    # A handler of ours, unlike an ignored signal, is not inherited by the functions' processes.
    signal.signal(signal.SIGTERM, lambda *_: ending.begin())
    threading.Thread(target=ending.follow_standard_input, daemon=True).start()
    try:
        listener = _listen(options.port)
    except OSError as error:
        report({"error": f"Port {options.port} cannot be used: {error.strerror or error}."})
        raise SystemExit(2) from None
    asyncio.run(_serve(options, listener, home, report, state))


def _take_standard_output() -> Report:
    """Keep the standard output for the one report; whatever else is printed goes to the log."""
    private = os.dup(1)
    os.dup2(2, 1)

    def report(content: dict[str, Any]) -> None:
        os.write(private, json.dumps(content).encode() + b"\n")
        os.close(private)

    return report


class _Ending:
    """Ends the whole process group once, writes what is to be kept, and leaves no folder."""

    def __init__(self, home: Path, state: EmulatorState | None) -> None:
        self._home, self._state = home, state
        self._once = threading.Lock()

    def begin(self) -> None:
        """End, in a thread of its own; further calls do nothing."""
        if self._once.acquire(blocking=False):
            threading.Thread(target=self._end).start()

    def follow_standard_input(self) -> None:
        """End when the standard input closes."""
        while os.read(0, 4096):
            pass
        self.begin()

    def _end(self) -> None:
        ours = os.getpgrp() == os.getpid()
        if ours:
            os.killpg(0, signal.SIGTERM)  # the functions' processes; this one only notes it
        if self._state is not None:
            self._state.save()
        folders.remove(self._home)
        if ours:
            os.killpg(0, signal.SIGKILL)
        os._exit(0)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener


async def _serve(
    options: Options, listener: socket.socket, home: Path, report: Report, state: EmulatorState | None
) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    ready = threading.Event()
    application = _build(options, port, url, home, state, ready)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    config.accesslog = None
    config.keep_alive_timeout = 75
    # Without a trigger of ours it would take the signals over.
    serving = asyncio.create_task(serve(application, config, shutdown_trigger=asyncio.Event().wait))
    await _answers(port)
    if state is not None:
        state.begin()
    ready.set()
    report({"url": url})
    await serving


async def _answers(port: int) -> None:
    """Wait until a request is answered: the emulator prepares itself before it takes the first one."""
    deadline = time.monotonic() + 60
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /_hpo/info HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            await writer.drain()
            line = await asyncio.wait_for(reader.readline(), 30)
            writer.close()
            if b" 200 " in line:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError("it does not answer")
        await asyncio.sleep(0.05)


def _build(
    options: Options, port: int, url: str, home: Path, state: EmulatorState | None, ready: threading.Event
) -> Any:
    from .emulator import Emulator, environment

    os.environ.update(environment(options, port, home))
    emulator = Emulator(url)  # reads the environment: nothing of the emulator may be imported before

    from .front import Front
    from .hooks import Hooks
    from .iam_access import IamAccess
    from .sagemaker import Engine, Settings, SimulatedEngine, TuningService
    from .state_events import StateEvents, to_event_bridge
    from .traffic import CallLog
    from .workflows import Workflows

    settings = Settings(job_seconds=options.job_seconds, stop_seconds=options.stop_seconds)
    engine: Engine = _trained(options, url, home) if options.train else SimulatedEngine(settings)
    access = IamAccess() if options.iam else None
    service = TuningService(engine, access, records=_records(options))
    events = StateEvents(service, to_event_bridge)

    def watch() -> None:
        ready.wait()  # the rules that take the events are there by then
        events.watch(EVENT_INTERVAL, threading.Event())

    threading.Thread(target=watch, daemon=True).start()
    calls = CallLog()
    Workflows(service, calls, iam=options.iam).install()
    hooks = Hooks(options, service, settings, calls, emulator)
    return Front(emulator, service, calls, hooks, iam=options.iam, changed=None if state is None else state.touch)


def _records(options: Options) -> Any:
    """Return where tuning jobs outlive the process, and keep noting that it lives; None when nothing is kept."""
    if options.state is None:
        return None
    from .sagemaker import Records

    folder = Path(options.state)
    records = Records(folder / "tuning-jobs", folders.last_alive(folder))

    def be_alive() -> None:
        while True:
            folders.be_alive(folder)
            time.sleep(ALIVE_SECONDS)

    threading.Thread(target=be_alive, daemon=True).start()
    return records


def _trained(options: Options, url: str, home: Path) -> Any:
    """Return the engine whose training jobs are processes here, with the rights of their roles."""
    from . import role_sessions
    from .engine.machine import engine
    from .training_jobs import Images

    def credentials(role_arn: str, job_arn: str) -> dict[str, str]:
        if not options.iam:
            return {"aws_access_key_id": options.account, "aws_secret_access_key": "local"}
        region, account = job_arn.split(":")[3:5]
        return role_sessions.assume(
            "sagemaker.amazonaws.com", role_arn, job_arn, session_name="SageMaker", account=account, region=region
        )

    images = None if options.images is None else Images.from_file(Path(options.images))
    return engine(url, home / folders.TRAINING_JOBS, credentials, images=images)
