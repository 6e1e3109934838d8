"""A crash, or a second delivery, at each single call of the service: the outcome is the same as without."""

from collections.abc import Callable

import pytest
from tuning_job.job import SETTLED

from tests.handler.cloudformation import A, B, CloudFormation, properties
from tests.handler.world import Crash


def create(cloud: CloudFormation) -> None:
    cloud.create(A)


def create_and_wait(cloud: CloudFormation) -> None:
    cloud.sagemaker.settings.job_seconds = 20
    cloud.create({**A, "WaitFor": "completed"})


def update(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.update(B)


def retag(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.update(properties(Tags=[{"Key": "other", "Value": "x"}]))


def taken_back(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.update(B, other_fails="update-new")


def there_and_back(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.update(B)
    cloud.update(A)


def delete(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.delete()


def delete_record(cloud: CloudFormation) -> None:
    cloud.create({**A, "OnDelete": "delete"})
    cloud.delete()


def fixed(cloud: CloudFormation) -> None:
    cloud.create(properties(Name="nightly"))
    cloud.update({**B, "Name": "nightly-2"})


SCRIPTS = [create, create_and_wait, update, retag, taken_back, there_and_back, delete, delete_record, fixed]


def outcome(cloud: CloudFormation) -> object:
    jobs = {
        name: (cloud.sagemaker.status(name), {key: tag for key, tag in record.tags.items() if key != SETTLED})
        for name, record in cloud.sagemaker.records.items()
    }
    return jobs, cloud.physical_id, {key: given[0] for key, given in cloud.answers.items()}


def crash_at(cloud: CloudFormation, at: int, *, after: bool) -> None:
    def strike(number: int, operation: str) -> None:
        if number == at:
            raise Crash

    setattr(cloud.sagemaker, "after" if after else "before", strike)


@pytest.mark.parametrize("script", SCRIPTS)
def test_crash_at_every_call(script: Callable[[CloudFormation], None]) -> None:
    undisturbed = CloudFormation()
    script(undisturbed)
    expected, calls = outcome(undisturbed), len(undisturbed.sagemaker.calls)
    for at in range(1, calls + 1):
        for after in (False, True):
            cloud = CloudFormation()
            crash_at(cloud, at, after=after)
            script(cloud)
            assert cloud.crashes == 1
            assert outcome(cloud) == expected, f"call {at} of {calls}, after={after}: {cloud.sagemaker.calls[at - 1]}"
            assert all(len(given) == 1 for given in cloud.answers.values())


class Copy:
    """Works on a copy of the last event, from beginning to end, just before a certain call of the first delivery."""

    def __init__(self, cloud: CloudFormation, at: int) -> None:
        self.cloud, self.at, self.sent = cloud, at, False

    def __call__(self, number: int, operation: str) -> None:
        if number == self.at and not self.sent:
            self.sent = True
            self.cloud._invoke(self.cloud.events[-1])


@pytest.mark.parametrize("script", SCRIPTS)
def test_second_delivery_during_every_call(script: Callable[[CloudFormation], None]) -> None:
    """Lambda may deliver an event twice, and both deliveries may run at once."""
    undisturbed = CloudFormation()
    script(undisturbed)
    expected, calls = outcome(undisturbed), len(undisturbed.sagemaker.calls)
    for at in range(1, calls + 1):
        cloud = CloudFormation()
        cloud.sagemaker.before = Copy(cloud, at)
        script(cloud)
        assert cloud.sagemaker.before.sent
        assert outcome(cloud) == expected, f"during call {at} of {calls}: {cloud.sagemaker.calls[at - 1]}"
