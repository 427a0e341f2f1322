"""``python -m tasks.cli``: the same as ``./weerklank``, without its set-up."""

import sys

from tasks.cli import main

sys.exit(main(sys.argv[1:], alone=True))
