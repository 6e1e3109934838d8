"""Secrets in a definition, where people put them, and the search for them where they must not be."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import cdk_hpo as hpo
from tests.examples import minimal_definition

#: What every planted secret holds in its middle, so that it is found however it is quoted or cut.
CORES = ("Zq7env8Kx", "Zq7pwd3Lm", "Zq7tok5Tv", "Zq7tag2Rw")
ENVIRONMENT = {"DATABASE_URL": f'postgres://me:"{CORES[0]}"@db/x\\y'}
HYPER_PARAMETERS = {"db_password": f"begin-{CORES[1]}-end", "api_token": f"{CORES[2]}0123456789abcdef", "rounds": "7"}
TAGS = {"owner": f"someone {CORES[3]}"}
#: How a service may repeat a request in its message.
ECHO = "Value '{}' at 'trainingJobDefinition' is not allowed".format(
    "', '".join([*ENVIRONMENT.values(), *HYPER_PARAMETERS.values(), *TAGS.values()])
)


def definition(max_training_jobs: int = 4, **changes: Any) -> hpo.TuningJobDefinition:
    """Return a small definition with secrets in its environment, its static hyperparameters and its tags."""
    base = minimal_definition()
    training = dataclasses.replace(
        base.training_jobs[0], environment=ENVIRONMENT, static_hyper_parameters=HYPER_PARAMETERS
    )
    limits = hpo.ResourceLimits(max_training_jobs=max_training_jobs, max_parallel_training_jobs=2)
    return dataclasses.replace(base, **{"limits": limits, "training": training, "tags": TAGS, **changes})


def leaks(source: Any, where: str = "") -> Iterator[str]:
    """Yield where in any structure of texts a planted secret is."""
    if isinstance(source, dict):
        for key, each in source.items():
            yield from leaks(each, f"{where}.{key}")
    elif isinstance(source, list | tuple):
        for index, each in enumerate(source):
            yield from leaks(each, f"{where}[{index}]")
    else:
        yield from (f"{where} holds {core}: {source}" for core in CORES if core in str(source))
