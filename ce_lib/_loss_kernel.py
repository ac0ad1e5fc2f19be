"""What the losses share: labels, reductions, and the kernel over blocks of logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ce_lib._exponentials import (
    SUBNORMAL_BELOW,
    UNSHIFTED,
    is_moderate,
    positions,
    raw_blocks,
    row_sums,
    rows,
    sum_along,
    take_out,
)
from ce_lib._validation import (
    Array,
    as_array,
    broadcast,
    distribution,
    labels,
    one_of,
    probabilities,
    rounded,
)
from ce_lib.categorical import log_softmax_block, probabilities_and_complements

# Besides exp, the sums are what a batch of many classes costs; one fold halves them and leaves
# every loss within its 4 ulp.
FOLDS = 1
REDUCTIONS = ("mean", "sum", "none")


def weighted(weights: Array, values: Array) -> Array:
    """weights * values, and 0 where the weight is 0: what cannot happen costs nothing."""
    return np.where(weights == 0, 0.0, weights * values)


def reduced(losses: Array, reduction: str, dtype: np.dtype[Any]) -> Any:
    """Mean, sum, or all of the losses, rounded once."""
    batch = batch_divisor(losses.size, reduction)
    if reduction == "none":
        return rounded(losses, dtype)
    total = sum_along(losses.reshape(-1))
    if batch > 1 and np.isinf(total):
        return rounded(
            sum_along((losses / batch).reshape(-1)), dtype
        )  # only the sum may have overflowed
    return rounded(total / batch, dtype)


def batch_divisor(size: int, reduction: str) -> int:
    """What to divide the sum by."""
    one_of("reduction", reduction, REDUCTIONS)
    if size == 0 and reduction != "none":
        raise ValueError(f"an empty batch has no {reduction}; use reduction='none'")
    return size if reduction == "mean" else 1


def binary_labels(y: Any, model: Array) -> Array:
    y, _ = probabilities("y", y)
    broadcast(y=y, model=model)
    return y


def targets(y: Any, shape: tuple[int, ...], axis: int, model: str) -> tuple[Array, bool]:
    """Class indices, or probability vectors with the classes last; True for indices.

    ``shape`` is that of the model's output with the classes last. Which of the two ``y`` is, its
    number of axes decides; nothing depends on the values.
    """
    if as_array("y", y).ndim == len(shape) - 1:
        index = labels("y", y, shape[-1])
        if index.shape != shape[:-1]:
            raise ValueError(
                f"y has shape {index.shape}, but {model} wants labels of shape {shape[:-1]}"
            )
        return index, True
    array = as_array("y", y)
    if array.ndim != len(shape):
        raise ValueError(
            f"y has shape {array.shape}: expected class indices of shape {shape[:-1]}, or "
            f"probability vectors of the shape of {model}"
        )
    vectors, _ = distribution("y", y, axis)
    vectors = np.moveaxis(vectors, axis, -1)
    if vectors.shape != shape:
        raise ValueError(
            f"y has shape {array.shape}, but {model} with its classes last has shape {shape}"
        )
    return vectors, False


def logits_loss(
    y: Any, z: Any, axis: int, reduction: str, want_gradient: bool
) -> tuple[Array, Any, np.dtype[Any]]:
    """The losses, unreduced, and the gradient of the reduced loss if wanted."""
    matrix, dtype, shape = rows("z", z, axis)
    truth, indices = targets(y, shape, axis, "z")
    batch = batch_divisor(len(matrix), reduction)
    losses = np.empty(len(matrix))
    gradient = np.empty(matrix.shape, dtype) if want_gradient else None
    truth = truth.reshape(-1) if indices else truth.reshape(matrix.shape)
    scratch = None
    for where, block in raw_blocks(matrix):
        # The exponentials stay in one piece of memory that the cache knows already.
        if scratch is None:
            scratch = np.empty(block.shape)
        work = scratch[: len(block)]
        room = gradient[where] if gradient is not None else None
        kernel = _index_block if indices else _vector_block
        losses[where] = kernel(block, truth[where], work, room, batch)
    if gradient is not None:
        gradient = np.moveaxis(gradient.reshape(shape), -1, axis)
    return losses.reshape(shape[:-1]), gradient, dtype


def _index_block(z: Array, y: Array, work: Array, room: Array | None, batch: int) -> Array:
    """Losses of one block; the gradient, divided by ``batch``, goes into ``room`` if there is any.

    ``work`` is a block of float64 to overwrite.
    """
    e = np.exp(z, out=work)
    position = positions(y, e.shape[1])
    of_label = take_out(e, position)
    others = row_sums(e, folds=FOLDS)
    losses = np.log1p(others / of_label)
    total = others + of_label
    # Everything above is within its 4 ulp as long as exp(z) has kept all its bits where they
    # count. The comparisons are false for nan.
    fine = (of_label > 1 / _LARGE) & (others > SUBNORMAL_BELOW) & (total < _LARGE)
    if not total.min() >= 1:
        # A quotient by less than one would enlarge the error of a subnormal exponential.
        fine &= (total >= 1) | (z.min() > -2 * UNSHIFTED)
    if room is not None:
        np.divide(e, (total * batch)[:, None], out=room, casting="same_kind")
        room.reshape(-1)[position] = -(others / total) / batch
    if not np.all(fine):
        is_moderate("z", z)  # names a nan
        losses[~fine] = _extreme_rows(z, y, ~fine, room, batch)
    return losses


_LARGE = 1e150


def _extreme_rows(z: Array, y: Array, which: Array, room: Array | None, batch: int) -> Array:
    """The same for the rows where exp(z) over- or underflows: relative to the maximum."""
    z, y = z[which], y[which]
    each = np.arange(len(z))
    if room is not None:
        p, complement = probabilities_and_complements(z, moderate=False)
        p[each, y] = -complement[each, y]
        room[which] = p / batch
    return 0.0 - log_softmax_block(z, moderate=False)[each, y]


def _vector_block(z: Array, y: Array, work: Array, room: Array | None, batch: int) -> Array:
    """The same where labels are probability vectors."""
    moderate = is_moderate("z", z)
    if room is not None:
        p, complement = probabilities_and_complements(z, moderate)
        # p - y, written so that a label of 1 meets 1 - p and not p - 1.
        np.divide(p * (1 - y) - complement * y, batch, out=room, casting="same_kind")
    return row_sums(weighted(y, 0.0 - log_softmax_block(z, moderate)))
