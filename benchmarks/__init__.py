"""What the numerics reach, measured beside SciPy, scikit-learn and PyTorch in the same run.

    python -m benchmarks              # all of them; writes the published tables
    python -m benchmarks.accuracy     # errors in ulp against mpmath at 200 bits
    python -m benchmarks.speed        # batches of logits, memory, import time
    python -m benchmarks.training     # loss and time against scikit-learn

The peers come with ``pip install -e .[bench]``; nothing else in the project imports them.
"""

import os

# One thread each: before NumPy is loaded, or it is too late.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
