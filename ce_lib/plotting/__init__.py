"""The figures of the book: one style, one function a figure.

    from ce_lib import plotting

    plotting.setup()                # once a notebook: figures as SVG
    plotting.sigmoid_scales()       # each function returns a matplotlib Figure

Colours are Okabe and Ito's, told apart by colour-blind readers; every curve also differs in its
dashes, so that print in grey loses nothing. Loads matplotlib; `import ce_lib` alone does not.
"""

from .sigmoid import (
    cdf_family,
    exponentials,
    log_sigmoid_errors,
    logistic_model,
    logit_mirror,
    sigmoid_and_slope,
    sigmoid_scales,
    sign_and_score,
)
from .style import COLOURS, new_figure, setup

__all__ = [
    "COLOURS",
    "cdf_family",
    "exponentials",
    "log_sigmoid_errors",
    "logistic_model",
    "logit_mirror",
    "new_figure",
    "setup",
    "sigmoid_and_slope",
    "sigmoid_scales",
    "sign_and_score",
]
