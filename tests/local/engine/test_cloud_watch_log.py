from typing import Any

from cdk_hpo.local.engine.cloud_watch_log import (
    LOG_GROUP,
    MOST_BYTES,
    MOST_EVENTS,
    MOST_KEPT_BYTES,
    MOST_LINES,
    CloudWatchLog,
)


class AlreadyExistsError(Exception):
    pass


class Client:
    """Records what is put; the group exists already."""

    class exceptions:  # noqa: N801
        ResourceAlreadyExistsException = AlreadyExistsError

    def __init__(self, *, denies: bool = False) -> None:
        self.denies = denies
        self.streams: list[str] = []
        self.batches: list[list[str]] = []

    def create_log_group(self, **names: str) -> None:
        raise AlreadyExistsError

    def create_log_stream(self, **names: str) -> None:
        self.streams.append(f"{names['logGroupName']}:{names['logStreamName']}")

    def put_log_events(self, **given: Any) -> None:
        if self.denies:
            raise PermissionError
        self.batches.append([event["message"] for event in given["logEvents"]])


def test_lines_go_to_the_stream_in_order() -> None:
    client = Client()
    log = CloudWatchLog(lambda: client, "job/algo-1")
    log(["one", ""])
    log(["two"])
    assert client.streams == [f"{LOG_GROUP}:job/algo-1"]
    assert client.batches == [["one", " "], ["two"]]


def test_no_batch_is_larger_than_the_service_takes() -> None:
    client = Client()
    log = CloudWatchLog(lambda: client, "job/algo-1")
    log(["x"] * (MOST_EVENTS + 1))
    log(["y" * (MOST_BYTES // 4)] * 5)
    assert [len(batch) for batch in client.batches] == [MOST_EVENTS, 1, 3, 2]


def test_a_log_without_end_has_one() -> None:
    client = Client()
    log = CloudWatchLog(lambda: client, "job/algo-1")
    for _ in range(3):
        log(["x"] * (MOST_LINES // 2))
    log(["more"])
    assert sum(map(len, client.batches)) == MOST_LINES + 1
    assert client.batches[-1] == [f"The log ends here: it has {MOST_LINES} lines."]


def test_a_log_of_long_lines_has_an_end_too() -> None:
    client = Client()
    log = CloudWatchLog(lambda: client, "job/algo-1")
    line = "ü" * (MOST_KEPT_BYTES // 8)  # a quarter: two bytes each
    for _ in range(6):
        log([line])
    found = [each for batch in client.batches for each in batch]
    assert [len(each) for each in found[:-1]] == [len(line)] * 4
    assert found[-1] == "The log ends here: it has 64 MiB."


def test_without_the_permission_there_is_no_log_and_no_error() -> None:
    client = Client(denies=True)
    log = CloudWatchLog(lambda: client, "job/algo-1")
    log(["one"])
    client.denies = False
    log(["two"])
    assert client.batches == []
