"""The processor time until the checks, or botocore's, have checked a first request: a new process, its start left out.

python -m benchmarks.ready checks
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.request import request

ROLE = "arn:aws:iam::111122223333:role/training"


def checks() -> Callable[[], object]:
    """Load the checks of this library."""
    from cdk_hpo.checks import check

    return lambda: check(request(ROLE))


def botocore() -> Callable[[], object]:
    """Load botocore's validation with its full model."""
    from botocore.session import Session
    from botocore.validate import ParamValidator

    model = Session().get_service_model("sagemaker")
    shape: Any = model.operation_model("CreateHyperParameterTuningJob").input_shape
    return lambda: ParamValidator().validate(request(ROLE), shape)


if __name__ == "__main__":
    start = time.process_time()
    use = {"checks": checks, "botocore": botocore}[sys.argv[1]]()
    use()
    print(json.dumps({"first_ms": (time.process_time() - start) * 1000}))
