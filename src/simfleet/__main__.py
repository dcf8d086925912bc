"""`python -m simfleet`, which is how a fleet's kubeconfig calls its exec plugin."""

from __future__ import annotations

import sys

from simfleet.main import main

sys.exit(main())
