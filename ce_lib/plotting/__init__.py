"""The figures of the book: one style, a module a chapter, one function a figure.

    from ce_lib import plotting
    from ce_lib.plotting import sigmoid as figures

    plotting.setup()                # once a notebook: figures as SVG
    figures.sigmoid_scales()        # each function returns a matplotlib Figure

Colours are Okabe and Ito's, told apart by colour-blind readers; every curve also differs in its
dashes, so that print in grey loses nothing. Loads matplotlib; `import ce_lib` alone does not.
`experiments` has what both a figure and the text of its chapter compute.
"""

from .style import COLOURS, new_figure, setup, styled

__all__ = ["COLOURS", "new_figure", "setup", "styled"]
