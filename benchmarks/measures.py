"""What is measured, and what it should be."""

import statistics
from typing import Any

from benchmarks import checks as checks_against_botocore
from benchmarks import handler as handlers
from benchmarks.fresh import Taken, answer, in_turns, ratio, taken_by_processes
from benchmarks.report import Row, table

OURS = "cdk_hpo"
WAYS = {
    "floor": "floor: a raw resource",
    "floor_with_role": "floor with a raw role",
    "hand_written": "hand-written",
    "provider": "`Provider`",
    "aws_custom_resource": "`AwsCustomResource`",
    "skeleton": "the constructs of this library, from ready documents",
    OURS: "this library",
    "cdk_hpo_text": "this library, buckets as text",
}
_JOBS = 40
_VALIDATED = ("floor", "hand_written", OURS)

Measured = tuple[list[Row], list[str]]


def synthesis(rounds: int) -> Measured:
    """Measure the time that a job adds to a synthesis, without and with the CDK's validation of templates."""
    plain = _added(tuple(WAYS), rounds, "false")
    validated = _added(_VALIDATED, max(rounds // 2, 1), "true")
    head = ("way", "processor", "clock", "of it JavaScript", "of it Python", "processor, with the CDK's validation")
    lines = [
        (
            words,
            _cpu(plain[way]),
            _clock(plain[way]),
            _ms([each.waiting for each in plain[way]]),
            _ms([each.clock - each.waiting for each in plain[way]]),
            _cpu(validated[way]) if way in validated else "",
        )
        for way, words in WAYS.items()
    ]
    measure = "synthesis, added by a job"
    return [
        _times(measure, plain[OURS], plain["floor"], "floor", 2.5, 2.0),
        _times(measure, plain[OURS], plain["hand_written"], "hand-written", 0.6, 0.5),
        _times(f"{measure}, with validation", validated[OURS], validated["floor"], "floor", 2.5, 2.0),
        _times(f"{measure}, with validation", validated[OURS], validated["hand_written"], "hand-written", 0.6, 0.5),
    ], [
        "## Milliseconds that a job adds to a synthesis",
        "",
        table(head, lines),
        _bound(plain),
        "",
    ]


def _bound(found: dict[str, list[Taken]]) -> str:
    """Say how near the library is to what the CDK itself takes for its constructs."""
    least, of_floor = ratio(found["skeleton"], found["floor"]).cpu, ratio(found[OURS], found["skeleton"]).cpu
    return (
        f"The constructs alone, a role with two documents, the resource with its request, and the construct that holds "
        f"both, take {least:.2f} times the floor; this library takes {of_floor:.2f} times that. "
        "What it adds is the definition, its checks, and the reckoning of the permissions, in Python."
    )


def _added(ways: tuple[str, ...], rounds: int, validation: str) -> dict[str, list[Taken]]:
    variables = {"CDK_VALIDATION": validation}
    return in_turns(ways, rounds, lambda way: Taken(**answer("synth", "time", way, _JOBS, variables=variables)))


def _times(
    measure: str, ours: list[Taken], theirs: list[Taken], peer: str, target: float, stretch: float | None
) -> Row:
    found = ratio(ours, theirs)
    return Row(
        measure=measure,
        result=found.cpu,
        unit=f"times {peer}",
        target=target,
        stretch=stretch,
        behind=f"{_cpu(ours)} ms to {_cpu(theirs)} ms; {found.clock:.2f} on the clock",
    )


def counts(rounds: int) -> Measured:
    """Count round trips, resources and bytes, which are the same every time."""
    found = {way: answer("synth", "count", way, 30, variables={"CDK_VALIDATION": "false"}) for way in WAYS}
    ours, theirs = found[OURS], found["hand_written"]
    head = ("way", "jsii round trips per job", "resources per job", "fixed resources", "template bytes per job")
    lines = [
        (words, *(f"{found[way][key]:,.4g}" for key in ("trips", "resources", "fixed_resources")), _bytes(found[way]))
        for way, words in WAYS.items()
    ]
    trips = [(kind, f"{number:.3g}") for kind, number in ours["trips_by_kind"].items()]
    return [
        Row(measure="jsii round trips per job", result=ours["trips"], target=6, stretch=4),
        Row(
            measure="resources per job",
            # What the function's permissions need more, a policy for each few jobs, counts as well.
            result=ours["resources"],
            target=2,
        ),
        Row(measure="resources per stack", result=ours["fixed_resources"], target=7),
        Row(
            measure="template bytes per job",
            result=ours["bytes"] / theirs["bytes"],
            unit="times hand-written",
            target=1.05,
            stretch=0.95,
            behind=f"{_bytes(ours)} to {_bytes(theirs)}",
        ),
    ], [
        "## Counts",
        "",
        table(head, lines),
        "A job's round trips:",
        "",
        table(("round trip", "per job"), trips),
    ]


def whole_process(rounds: int) -> Measured:
    """Measure a process that synthesizes one job, from its start to its end."""
    ways = ("floor", "hand_written", "aws_custom_resource", OURS)
    variables = {"CDK_VALIDATION": "false"}
    found = in_turns(ways, rounds, lambda way: taken_by_processes(lambda: answer("whole", way, 1, variables=variables)))
    measure = "an app with one job, whole process"
    parts = in_turns(
        ("aws_custom_resource", OURS), rounds, lambda way: answer("parts", "time", way, variables=variables)
    )
    names = [*parts[OURS][0]]
    medians = [[_ms([one[name] for one in parts[way]]) for way in parts] for name in names]
    return [_times(measure, found[OURS], found["aws_custom_resource"], "AwsCustomResource", 1.0, 0.97)], [
        "## Milliseconds of an app with one job, whole process",
        "",
        table(("way", "processor", "clock"), [(WAYS[way], _cpu(found[way]), _clock(found[way])) for way in ways]),
        "Where they go, on the clock:",
        "",
        table(
            ("part", *(WAYS[way] for way in parts)),
            [(name, *each) for name, each in zip(names, medians, strict=True)],
        ),
        "With the CDK's validation of templates, and without:",
        "",
        table(("validation", "processor", "clock", "MB, all processes"), _validation(rounds)),
    ]


def _validation(rounds: int) -> list[tuple[str, ...]]:
    megabytes: dict[str, list[float]] = {"false": [], "true": []}

    def synthesize(on: str) -> None:
        megabytes[on].append(answer("whole", OURS, 1, variables={"CDK_VALIDATION": on})["megabytes"])

    found = in_turns(("true", "false"), rounds, lambda on: taken_by_processes(lambda: synthesize(on)))
    return [
        (words, _cpu(found[on]), _clock(found[on]), f"{statistics.median(megabytes[on]):.0f}")
        for on, words in (("true", "on"), ("false", "off"))
    ]


def handler(rounds: int) -> Measured:
    """Measure the function from a new process to the answer."""
    found = handlers.start(rounds * 3)
    ours, theirs = found["cdk_hpo compiled"], found["boto3 compiled"]
    return [_times("function, new process to answer", ours, theirs, "a function with boto3", 0.62, 0.3)], [
        "## Milliseconds of the function, from a new process to the answer to a create event",
        "",
        "`source` is what a deployment has: the handler's own modules are compiled on the way. This library's function",
        "makes four calls of SageMaker for a create, the one with boto3 makes one.",
        "",
        table(("function", "processor", "clock"), [(name, _cpu(one), _clock(one)) for name, one in found.items()]),
    ]


def checks(rounds: int) -> Measured:
    """Measure the checks, and how soon they can be used."""
    ratios = checks_against_botocore.in_process(rounds * 6)
    ready = in_turns(("checks", "botocore"), rounds * 3, lambda name: answer("ready", name)["first_ms"])
    return [
        Row(
            measure="`check`, every rule, 124 requests",
            result=statistics.median(ratios),
            unit="times botocore's ParamValidator",
            target=1.0,
            stretch=0.5,
        ),
        Row(
            measure="first check of a process: import and check, processor",
            result=statistics.median(
                ours / theirs for ours, theirs in zip(ready["checks"], ready["botocore"], strict=True)
            ),
            unit="times botocore with its full model",
            # 15 and 10 ms, on a machine where botocore takes 107 ms.
            target=0.14,
            stretch=0.093,
            behind=f"{_ms(ready['checks'])} ms to {_ms(ready['botocore'])} ms",
        ),
    ], []


def scale(rounds: int) -> Measured:
    """Measure apps of many jobs."""
    few = max(rounds // 2, 1)
    variables = {"CDK_VALIDATION": "false"}
    grown: dict[str, list[dict[str, Any]]] = {"floor": [], OURS: []}
    for _ in range(few):
        for way, found in grown.items():
            found.append(answer("scale", "time", way, 200, variables=variables))
    sizes = (1, 10, 50, 150, 200)
    by_size = in_turns([str(size) for size in sizes], few, lambda size: answer("whole", OURS, size)["megabytes"])
    memory = {size: statistics.median(by_size[str(size)]) for size in sizes}
    first, last = (memory[50] - memory[1]) / 49, (memory[200] - memory[150]) / 50
    most = answer("scale", "most", OURS, 250, variables=variables)
    times = {way: statistics.median(one["last_ms"] / one["first_ms"] for one in found) for way, found in grown.items()}
    return [
        Row(
            measure="time per job, last 50 of 200 to first 50",
            result=times[OURS],
            target=1.2,
            behind=f"floor: {times['floor']:.2f}",
        ),
        Row(
            measure="memory per job, last 50 of 200 to first 50",
            result=last / first,
            target=1.2,
            behind=f"{last:.2f} MB to {first:.2f} MB",
        ),
    ], [
        "## Scale",
        "",
        table(("jobs", "MB, all processes of a synthesis"), [(str(size), f"{memory[size]:.0f}") for size in sizes]),
        "By CloudFormation's limit of 500 resources a stack holds",
        f"{most['by_resources']} jobs with a role of their own; by its limit of 1 MB for a template, of which the CDK",
        f"warns, about {most['by_size']} of the size measured here.",
        "For one job more than the resources allow the CDK says:",
        "",
        f"> {most['message']}",
        "",
    ]


def _cpu(taken: list[Taken]) -> str:
    return _ms([each.cpu for each in taken])


def _clock(taken: list[Taken]) -> str:
    return _ms([each.clock for each in taken])


def _ms(milliseconds: list[float]) -> str:
    return f"{statistics.median(milliseconds):.2f}"


def _bytes(found: dict[str, Any]) -> str:
    return f"{found['bytes']:,.0f}"
