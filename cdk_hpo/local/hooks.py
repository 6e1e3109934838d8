"""What tests may look at and change in a running local cloud, under ``/_hpo/``."""

import os
from collections.abc import Callable
from typing import Any

from . import role_sessions
from .emulator import Emulator
from .options import Options
from .sagemaker import Caller, ServiceError, Settings, TuningService
from .stack_operations import ROLL_BACKS
from .traffic import CallLog

PREFIX = "/_hpo/"


class Hooks:
    """Answers the requests for tests."""

    def __init__(
        self, options: Options, service: TuningService, settings: Settings, calls: CallLog, emulator: Emulator
    ) -> None:
        self._options, self._service, self._settings = options, service, settings
        self._emulator = emulator
        self._reads: dict[str, Callable[[], Any]] = {
            "info": self._info,
            "calls": calls.entries,
            "iam": emulator.decisions.entries,
            "events": emulator.custom_resources.events,
            "answers": emulator.custom_resources.answers,
            "function-log": emulator.function_log.entries,
        }
        self._writes: dict[str, Callable[[Any], Any]] = {
            "faults": service.faults.set,
            "settings": self._configure,
            "end-job": self._end_job,
            "interrupt": emulator.custom_resources.interrupt,
            "assume": self._assume,
            "decide": self._decide,
        }

    def answer(self, name: str, given: Any) -> tuple[int, Any]:
        """Return status and body for a read (nothing given) or a write."""
        known: dict[str, Any] = self._reads if given is None else self._writes
        if name not in known:
            return 404, {"message": f"No such hook: {name!r}. There are {', '.join([*self._reads, *self._writes])}."}
        try:
            return 200, self._reads[name]() if given is None else (self._writes[name](given) or {})
        except ServiceError as error:
            return 400, {"message": str(error)}
        except (KeyError, TypeError, ValueError) as error:
            return 400, {"message": f"{name}: {error}"}

    def _info(self) -> dict[str, Any]:
        return {
            "process": os.getpid(),
            "account": self._options.account,
            "region": self._options.region,
            "iam": self._options.iam,
            "job_seconds": self._settings.job_seconds,
            "stop_seconds": self._settings.stop_seconds,
            "roll_back": self._emulator.stack_operations.roll_back,
        }

    def _configure(self, given: dict[str, Any]) -> None:
        unknown = sorted(set(given) - {"job_seconds", "stop_seconds", "roll_back"})
        if unknown:
            raise ValueError(f"unknown settings {', '.join(unknown)}")
        given = dict(given)
        roll_back = given.pop("roll_back", self._emulator.stack_operations.roll_back)
        if roll_back not in ROLL_BACKS:
            raise ValueError(f"roll_back must be one of {', '.join(ROLL_BACKS)}, got {roll_back!r}")
        self._emulator.stack_operations.roll_back = roll_back
        self._service.advance()  # at the old pace until now
        for name, seconds in given.items():
            if not 0 <= seconds < float("inf"):
                raise ValueError(f"{name} must be a number of seconds from 0, got {seconds}")
            setattr(self._settings, name, float(seconds))

    def _end_job(self, given: dict[str, Any]) -> None:
        if given["status"] not in ("Completed", "Failed", "Stopped"):
            raise ValueError(f"a job ends Completed, Failed or Stopped, not {given['status']}")
        caller = Caller(account=self._options.account, region=given.get("region", self._options.region))
        self._service.end_job(given["name"], given["status"], given.get("reason"), caller)

    def _assume(self, given: dict[str, str]) -> dict[str, str]:
        return role_sessions.assume(
            given["service"],
            given["role"],
            given["source"],
            session_name=given["session"],
            account=self._options.account,
            region=self._options.region,
        )

    def _decide(self, given: dict[str, Any]) -> dict[str, str]:
        return role_sessions.decide(
            given["role"],
            given["action"],
            given["resource"],
            given["context"],
            account=self._options.account,
            region=self._options.region,
        )
