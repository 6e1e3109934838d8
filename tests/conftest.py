"""What holds for all tests."""

import os

# CDK's own validation of templates costs seconds for each app; the commands that users run have it on. Set before the
# first import of the CDK, whose Node process keeps the environment that it began with.
os.environ["CDK_VALIDATION"] = "false"
