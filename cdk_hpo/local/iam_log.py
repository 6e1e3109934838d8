"""A record of every decision that the policy evaluation took."""

import threading
import time
from collections import deque
from typing import Any

LIMIT = 50_000


class DecisionLog:
    """Keeps the latest decisions and hooks itself into the emulator's policy evaluation."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, object]] = deque(maxlen=LIMIT)
        self._quiet = threading.local()

    def entries(self) -> list[dict[str, object]]:
        """Return the decisions, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()

    def install(self) -> None:
        """Record what the emulator's policy evaluation decides from now on."""
        from ministack.core import iam_evaluator as iam

        evaluate, evaluate_resource_policy = iam.evaluate, iam.evaluate_resource_policy

        def recorded(context: Any, policies: Any, *limits: Any) -> Any:
            result = evaluate(context, policies, *limits)
            if not getattr(self._quiet, "on", False):
                self._entries.append(
                    {
                        "time": time.time(),
                        "principal": context.principal_arn,
                        "action": context.action,
                        "resource": context.resource_arn,
                        "context": dict(context.service_context),
                        "decision": result.decision,
                        "sid": result.matched_sid,
                    }
                )
            return result

        def unrecorded(*args: Any, **kwargs: Any) -> Any:
            # Services look at a resource's own policy too; "no statement" there is no denial of the request.
            self._quiet.on = True
            try:
                return evaluate_resource_policy(*args, **kwargs)
            finally:
                self._quiet.on = False

        iam.evaluate, iam.evaluate_resource_policy = recorded, unrecorded
