"""`python -m pos_local_aws serve|deploy …`."""

import sys

from pos_local_aws.cli import main

sys.exit(main(sys.argv[1:]))
