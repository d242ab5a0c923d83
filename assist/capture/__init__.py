"""The agent's desk: two sound devices become two clean channels on one clock."""

import os

# Before numpy is imported: its linear algebra keeps a thread for every core, which spins after each
# use. The desk needs no such thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
