"""Histories that once went wrong, as the state machine found and shrank them."""

import pytest

from tests.lifecycle.cloud import replay

FOUND = {
    "a late copy of an update sets tags back": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud.deploy(First=Job(config='B', tags='y'))
cloud.deploy(First=Job(config='B'))
cloud.again(1)
""",
    "an update is cancelled while its create call is under way": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud.slow(at=1, seconds=3.0)
cloud.deploy(cancel_after=1.0, First=Job(config='B'))
""",
    "a cancelled update has made its job only after its roll-back was sent": """
cloud = Cloud()
cloud.slow(at=6, seconds=2.0)
cloud.deploy(First=Job(config='A'))
cloud.deploy(cancel_after=0.4, First=Job(config='B'))
""",
    "an update to a fixed name is cancelled while its create call is under way": """
cloud = Cloud()
cloud.deploy(First=Job(config='A', name='nightly'))
cloud.slow(at=1, seconds=3.0)
cloud.deploy(cancel_after=0.1, First=Job(config='B', name='nightly-2'))
""",
    "an update is cancelled after somebody has erased the record": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud.somebody_erases('First')
cloud.deploy(cancel_after=0.4, First=Job(config='B'))
""",
    "what a cancelled update has made runs on because on_delete is leave": """
cloud = Cloud()
cloud.deploy(First=Job(config='A', on_delete='leave'))
cloud.deploy(cancel_after=0.7, First=Job(config='B', on_delete='leave'))
""",
    "a cancelled update gives up the job that its roll-back rests on": """
cloud = Cloud()
cloud.deploy(First=Job(config='A', name='nightly'))
cloud.somebody_erases('First')
cloud.deploy(cancel_after=0.4, First=Job(config='A', wait_for='completed', name='nightly'))
""",
    "tags that are not visible yet make a job with a fixed name look like somebody else's": """
cloud = Cloud()
cloud.crash(at=1)
cloud.hide(tags=3)
cloud.deploy(fails=True, First=Job(config='A', name='nightly'))
""",
    "two copies at once, and tags that are not visible yet": """
cloud = Cloud()
cloud.duplicate(0.13)
cloud.hide(tags=3)
cloud.deploy(First=Job(config='A', name='nightly'))
""",
    "the last try dies after its answer was taken": """
cloud = Cloud()
cloud.crash(at=1)
cloud.crash(at=3)
cloud.crash(at=8, after=True)
cloud.deploy(First=Job(config='A'))
""",
    "the connection breaks at both of botocore's tries": """
cloud = Cloud()
cloud.cut(at=1)
cloud.cut(at=2)
cloud.deploy(First=Job(config='A'))
""",
    "an update to a fixed name is cancelled, and jobs are to be retained": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud.deploy(First=Job(config='A', retain=True))
cloud.deploy(cancel_after=0.1, First=Job(config='A', name='nightly', retain=True))
""",
    "a retained job of an earlier life of the resource looks like one to come back to": """
cloud = Cloud()
cloud.deploy(First=Job(config='B'))
cloud.deploy(First=Job(config='B', retain=True))
cloud.delete()
cloud.deploy(cancel_after=1.0, First=Job(config='A'))
cloud.deploy(cancel_after=1.0, First=Job(config='B'))
""",
    "a job was retained, and the next create of the resource is cancelled": """
cloud = Cloud()
cloud.deploy(First=Job(config='A', retain=True))
cloud.delete()
cloud.deploy(cancel_after=0.1, First=Job(config='A'))
""",
    "an unknown error meets the delete of a resource that an update has removed": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud.error('unknown', times=1)
cloud.crash(at=1)
cloud.deploy()
""",
    "a late note meets a mark that a delete has put on meanwhile": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud._end_all('Completed')
cloud.duplicate(0.5)
cloud.slow(at=3, seconds=12.0)
cloud.deploy(First=Job(config='A', timeout=900))
cloud.deploy(First=Job(config='B', timeout=900))
cloud.wait(65)
cloud.deploy(First=Job(config='A', timeout=900))
""",
    "a job is retained by an update that may not say so on it": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
cloud.error('throttled', operation='AddTags', times=6)
cloud.deploy(First=Job(config='A', retain=True))
cloud.calm()
cloud.delete()
cloud.deploy(cancel_after=0.1, First=Job(config='A'))
""",
    "the clean-up of an update is lost, and the next update makes good for it": """
cloud = Cloud()
cloud.deploy(First=Job(config='A'))
held = cloud.stack.resources['First']
held.physical_id = cloud.exchanged('Update', 'First', Job(config='B'), held.physical_id, held.job)
held.job = Job(config='B')
cloud.deploy(First=Job(config='B', tags='x'))
assert cloud.sagemaker.live() == ['theirs', cloud.stack.resources['First'].physical_id]
""",
    "a fixed name is used twice, and a retained job came after the first one": """
cloud = Cloud()
cloud.deploy(First=Job(config='A', name='nightly', on_delete='delete'))
cloud.deploy(First=Job(config='B', on_delete='delete'))
kept = cloud.stack.resources['First'].physical_id
cloud.deploy(First=Job(config='B', on_delete='delete', retain=True))
cloud.deploy(First=Job(config='A', name='nightly', on_delete='delete', retain=True))
cloud.deploy(First=Job(config='A', name='nightly', on_delete='delete', retain=True, tags='x'))
assert kept in cloud.sagemaker.live()
""",
    "updates that fail are not undone at once, but two of them together": """
cloud = Cloud()
A, B, C = Job(config='A'), Job(config='B'), Job(config='C')
cloud.deploy(First=A)
old = cloud.stack.resources['First'].physical_id
second = cloud.exchanged('Update', 'First', B, old, A)
third = cloud.exchanged('Update', 'First', C, second, B)
assert cloud.exchanged('Update', 'First', A, third, C) == old
cloud.exchanged('Delete', 'First', C, third)
cloud.exchanged('Delete', 'First', B, second)
""",
    "an update to a fixed name is cancelled while the tags of its job are not visible yet": """
cloud = Cloud()
cloud.hide(tags=3)
cloud.deploy(First=Job(config='A'))
cloud.deploy(cancel_after=0.1, First=Job(config='A', name='nightly'))
""",
    "a create is taken back while the tags of its job, under a fixed name, are not visible yet": """
cloud = Cloud()
cloud.cut(at=2)
cloud.hide(tags=3)
cloud.error('unknown', times=1)
cloud.deploy(First=Job(config='A'), Second=Job(config='A', name='nightly'))
""",
}


@pytest.mark.parametrize("script", FOUND.values(), ids=FOUND)
def test_history(script: str) -> None:
    replay(script)
