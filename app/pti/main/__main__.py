"""``python -m pti.main``."""

import sys

from pti.main.cli import main

sys.exit(main())
