"""The module that is written."""

from typing import NamedTuple

from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.importing.builtin import region_of
from cdk_hpo.importing.expressions import Writer
from cdk_hpo.importing.layout import laid_out


class Named(NamedTuple):
    """A definition and the variable that holds it."""

    variable: str
    definition: TuningJobDefinition


def region(definition: TuningJobDefinition) -> str | None:
    """Return the region that ``to_request`` needs for the written definition, if any."""
    return region_of(each.algorithm for each in definition.training_jobs)


def written(definitions: list[Named], source: str) -> str:
    """Return the module with some definitions.

    Parameters
    ----------
    definitions
        The definitions, at least one.
    source
        Where they come from, for the module's first line; ``""`` where that cannot be said.
    """
    what = "A tuning job" if len(definitions) == 1 else "Tuning jobs"
    parts = [f'"""{what}{f", read from {source}" if source else ""} by cdk-hpo import."""', "import cdk_hpo as hpo"]
    for each in definitions:
        lead = f"{each.variable} = "
        expression = Writer(region(each.definition)).value(each.definition)
        parts.append(lead + laid_out(expression, before=len(lead)))
    return "\n\n".join(parts) + "\n"
