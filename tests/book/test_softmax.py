"""The figures of the chapters on softmax show what their data say."""

from __future__ import annotations

import numpy as np

from ce_lib.plotting import softmax as figures


def test_reliability_puts_each_answer_into_its_group():
    claimed = [0.55, 0.65, 0.95, 0.97, 1.0]
    right = [True, False, True, True, False]
    figure = figures.reliability({"model": (claimed, right)}, edges=[0, 0.5, 0.9, 1])
    line = next(line for line in figure.axes[0].lines if line.get_label() == "model")
    np.testing.assert_allclose(line.get_xdata(), [0.6, np.mean([0.95, 0.97, 1.0])])
    np.testing.assert_allclose(line.get_ydata(), [0.5, 2 / 3])


def test_confusion_has_the_digits_as_rows():
    figure = figures.confusion([[5, 0, 2], [0, 4, 0], [0, 0, 3]])
    written = {text.get_position(): text.get_text() for text in figure.axes[0].texts}
    assert written[2, 0] == "2", "digit 0 taken for 2: column 2, row 0"
    assert (0, 2) not in written


def test_gradient_arrows_end_at_the_label():
    figure = figures.gradient_arrows(z=(2.0, 1.0, -1.0), label=1)
    ends = [text.xy[1] for text in figure.axes[0].texts if hasattr(text, "xy")]
    assert ends == [0, 1, 0]


def test_digit_images_draw_every_pixel_once_and_no_blank_ones():
    picture = np.zeros((8, 8))
    picture[2, 5], picture[3, 5] = 16, 7
    figure = figures.digit_images([picture], ["1"])
    filled = [patch for patch in figure.axes[0].patches if patch.get_fill()]
    corners = sorted(tuple(patch.get_path().vertices.min(axis=0)) for patch in filled)
    assert corners == [(5, 2), (5, 3)]
