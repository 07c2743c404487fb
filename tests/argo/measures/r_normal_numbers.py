"""Normal numbers as R draws them, so that what an R package's tests say of them can be checked here.

Source: R's manual page `Random`: Mersenne twister seeded by a linear congruential generator, `Inversion` with two draws
for each number; the inverse is algorithm AS 241, which Python's `NormalDist` uses too.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.random import MT19937

from argo_core.measures.panel import Floats

_MASK = 0xFFFFFFFF
_BIG = 134_217_728


def r_normals(seed: int, count: int) -> Floats:
    """What `set.seed(seed); rnorm(count)` gives."""
    for _ in range(50):
        seed = (69_069 * seed + 1) & _MASK
    state = []
    for _ in range(625):
        seed = (69_069 * seed + 1) & _MASK
        state.append(seed)
    twister = MT19937()
    # The first word is the position, which R sets so that the next draw makes a new block.
    twister.state = {"bit_generator": "MT19937", "state": {"key": np.array(state[1:], dtype=np.uint32), "pos": 624}}
    uniform = twister.random_raw(2 * count) * 2.3283064365386963e-10
    coarse, fine = np.floor(_BIG * uniform[0::2]), uniform[1::2]
    normal = NormalDist()
    return np.array([normal.inv_cdf(each) for each in (coarse + fine) / _BIG])
