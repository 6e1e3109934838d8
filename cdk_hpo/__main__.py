"""``python -m cdk_hpo``: the command ``cdk-hpo``."""

import sys

from cdk_hpo.cli import main

sys.exit(main())
