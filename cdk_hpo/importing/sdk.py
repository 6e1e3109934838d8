"""The arguments of the SageMaker SDK's ``HyperparameterTuner``, written as JSON; versions 2 and 3 of the SDK.

The keys are the arguments' own names: those of the tuner, with those of the estimator (or model trainer) under
``estimator`` (``model_trainer``), and ``inputs`` and ``job_name`` of ``fit`` (``tune``). A range is an object with the
range's arguments and its class as ``type``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cdk_hpo.checks.paths import ROOT, Path, at
from cdk_hpo.importing import sdk_estimator, sdk_trainer
from cdk_hpo.importing.arguments import Arguments, mapping, told
from cdk_hpo.importing.notes import Notes, Reading
from cdk_hpo.importing.sdk_inputs import channels
from cdk_hpo.importing.sdk_ranges import parameter_ranges
from cdk_hpo.importing.sdk_settings import criteria, strategy_settings, tags, warm_start

_SIGNS = frozenset(
    f"{name}{ending}"
    for name in ("estimator", "model_trainer", "hyperparameter_ranges", "objective_metric_name")
    for ending in ("", "_dict")
)
_PREFIX = "not taken over: cdk-hpo gives each run a name of its own; job_name would fix one"


def is_sdk(value: Mapping[str, Any]) -> bool:
    """Tell whether this holds arguments of a tuner."""
    return not _SIGNS.isdisjoint(value)


def sdk(value: Mapping[str, Any]) -> Reading:
    """Read a tuner's arguments."""
    notes = Notes()
    return Reading(_Tuner(Arguments(value, ROOT, notes), notes).request(), notes)


class _Tuner:
    def __init__(self, arguments: Arguments, notes: Notes) -> None:
        self._arguments = arguments
        self._notes = notes
        self._inputs = arguments.take("inputs")
        self._instances = arguments.take("instance_configs")
        self._autotune = bool(arguments.take("autotune"))
        self._type = arguments.take("objective_type", "Maximize")
        self._job_tags = tags(arguments.take("tags"), at(ROOT, "tags"), notes)
        self._each: dict[str, Mapping[str, Any]] = {}

    def request(self) -> dict[str, Any]:
        take = self._arguments.take
        config = self._config()
        request: dict[str, Any] = {"HyperParameterTuningJobConfig": config}
        request |= self._arguments.taken({"HyperParameterTuningJobName": "job_name"})
        if take("base_tuning_job_name") is not None:
            self._notes.tell(at(ROOT, "base_tuning_job_name"), _PREFIX)
        parents = take("warm_start_config")
        if parents is not None:
            request["WarmStartConfig"] = warm_start(parents, at(ROOT, "WarmStartConfig"), self._notes)
        if self._autotune:
            request["Autotune"] = {"Mode": "Enabled"}
        several = self._several()
        if several is None:
            definition, objective, ranges = self._definition("")
            config |= {"HyperParameterTuningJobObjective": objective} if objective else {}
            config |= {"ParameterRanges": ranges} if ranges else {}
            request["TrainingJobDefinition"] = definition
        else:
            request["TrainingJobDefinitions"] = [self._listed(name) for name in several]
        if self._job_tags:
            request["Tags"] = [{"Key": key, "Value": each} for key, each in self._job_tags.items()]
        self._arguments.report((), {})
        return request

    def _config(self) -> dict[str, Any]:
        take, taken = self._arguments.take, self._arguments.taken
        strategy = take("strategy", "Bayesian")
        limits = {"MaxParallelTrainingJobs": take("max_parallel_jobs", 1)}
        jobs = take("max_jobs", None if strategy == "Grid" else 1)
        if jobs is not None:
            limits["MaxNumberOfTrainingJobs"] = jobs
        config: dict[str, Any] = {"Strategy": strategy, "ResourceLimits": limits}
        limits |= taken({"MaxRuntimeInSeconds": "max_runtime_in_seconds"})
        config |= taken({"TrainingJobEarlyStoppingType": "early_stopping_type", "RandomSeed": "random_seed"})
        settings = take("strategy_config")
        if settings is not None:
            config["StrategyConfig"] = strategy_settings(settings, self._notes)
        completion = take("completion_criteria_config")
        if completion is not None:
            config["TuningJobCompletionCriteria"] = criteria(completion, self._notes)
        return config

    def _several(self) -> list[str] | None:
        """Return the names of the definitions, bring all arguments into the form for several; ``None`` for one."""
        named = self._arguments.take("estimator_name") or self._arguments.take("model_trainer_name")
        named = None if named is None else str(named)
        taken = {name: self._arguments.take(name) for name in _PER_DEFINITION}
        dictionaries = {name: self._arguments.take(f"{name}_dict") for name in _PER_DEFINITION}
        if named is not None:
            dictionaries = {name: {named: each} for name, each in taken.items() if each is not None}
            self._inputs = (
                self._inputs if isinstance(self._inputs, Mapping) and named in self._inputs else {named: self._inputs}
            )
            self._instances = self._instances if isinstance(self._instances, Mapping) else {named: self._instances}
        definitions = dictionaries.get("estimator") or dictionaries.get("model_trainer")
        if definitions is None:
            self._each = {name: {"": each} for name, each in taken.items()}
            self._tell_of(f"{name}_dict" for name, each in dictionaries.items() if each is not None)
            return None
        self._each = {name: told(each, at(ROOT, f"{name}_dict"), self._notes) for name, each in dictionaries.items()}
        self._inputs = told(self._inputs, at(ROOT, "inputs"), self._notes)
        self._instances = told(self._instances, at(ROOT, "instance_configs"), self._notes)
        if named is None:
            self._tell_of(name for name, each in taken.items() if each is not None)
        names = sorted(mapping(definitions))
        by_name = {f"{name}_dict": each for name, each in self._each.items()}
        for argument, each in {**by_name, "inputs": self._inputs, "instance_configs": self._instances}.items():
            for key in each.keys() - set(names):
                self._notes.lose(at(ROOT, argument, str(key)), "is of no estimator; left out")
        return names

    def _tell_of(self, names: Iterable[str]) -> None:
        """Say that arguments belong to the other form of a tuner: for one estimator, or for several."""
        for name in names:
            self._notes.lose(at(ROOT, name), "belongs to a tuner of another form; left out")

    def _listed(self, name: str) -> dict[str, Any]:
        definition, objective, ranges = self._definition(name)
        definition["DefinitionName"] = name
        if objective:
            definition["TuningObjective"] = objective
        if ranges:
            definition["HyperParameterRanges"] = ranges
        return definition

    def _definition(self, name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Return a training job definition, its objective and its ranges."""
        path: Path = at(ROOT, "TrainingJobDefinition") if not name else at(ROOT, "TrainingJobDefinitions", name)
        estimator, trainer = self._of("estimator", name), self._of("model_trainer", name)
        kind = "estimator" if trainer is None else "model_trainer"
        given = told(estimator if trainer is None else trainer, at(ROOT, kind, *([name] if name else [])), self._notes)
        for key, each in tags(given.get("tags"), at(path, "tags"), self._notes).items():
            self._job_tags.setdefault(key, each)
        own = {key: each for key, each in given.items() if key != "tags"}
        if trainer is not None:
            definition = sdk_trainer.training_job(own, path, self._notes)
        else:
            definition = sdk_estimator.training_job(own, path, self._notes, self._instances_of(name))
        self._add_data(definition, name)
        metrics = self._of("metric_definitions", name)
        if metrics is not None:
            definition["AlgorithmSpecification"]["MetricDefinitions"] = metrics
        as_json = sdk_estimator.is_framework(own)
        found = parameter_ranges(self._of("hyperparameter_ranges", name), path, self._notes, as_json=as_json)
        auto = self._split(definition, found, self._of("hyperparameters_to_keep_static", name))
        metric = self._of("objective_metric_name", name)
        objective = {"Type": self._type, "MetricName": metric} if metric is not None else {}
        return definition, objective, found | auto

    def _of(self, argument: str, name: str) -> Any:
        return self._each.get(argument, {}).get(name)

    def _instances_of(self, name: str) -> Any:
        return mapping(self._instances).get(name) if name else self._instances

    def _add_data(self, definition: dict[str, Any], name: str) -> None:
        given = mapping(self._inputs).get(name) if name else self._inputs
        data = channels(given, at(ROOT, "inputs"), self._notes)
        names = [each.get("ChannelName") for each in data]
        data += [each for each in definition.get("InputDataConfig", ()) if each.get("ChannelName") not in names]
        if data:
            definition["InputDataConfig"] = data
        if isinstance(given, Mapping) and "s3_data" in given and given.get("input_mode") is not None:
            # The SDK takes the mode of a single input for the whole job.
            definition["AlgorithmSpecification"]["TrainingInputMode"] = given["input_mode"]

    def _split(self, definition: dict[str, Any], ranges: dict[str, Any], kept: Any) -> dict[str, Any]:
        """Take what is searched out of the static hyperparameters; return what Autotune is to search."""
        searched = {each["Name"] for kind in ranges.values() for each in kind}
        static = {key: each for key, each in definition.pop("StaticHyperParameters").items() if key not in searched}
        auto = {key: static.pop(key) for key in list(static) if self._autotune and key not in (kept or ())}
        if static:
            definition["StaticHyperParameters"] = static
        return {"AutoParameters": [{"Name": key, "ValueHint": each} for key, each in auto.items()]} if auto else {}


_PER_DEFINITION = (
    "estimator",
    "model_trainer",
    "objective_metric_name",
    "hyperparameter_ranges",
    "metric_definitions",
    "hyperparameters_to_keep_static",
)
