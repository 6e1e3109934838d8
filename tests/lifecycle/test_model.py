"""Random histories, the same ones each time; ``make soak`` tells many more."""

from tests.lifecycle.machine import Lifecycle
from tests.lifecycle.run import options

TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = options(150, derandomize=True)
