"""Newton's method for softmax regression without forming the Hessian.

The Hessian has ((d + 1) C)² entries, but its product with a direction D is two matrix products:
H D = X^T R/n + l2 D with R_i = p_i (U_i - p_i · U_i), U = X D. So the Newton equations are solved
by conjugate gradients, only as exactly as the progress is worth (J. Nocedal and S. J. Wright,
*Numerical Optimization*, chapter 7).
"""

from __future__ import annotations

import numpy as np

from ce_lib._validation import Array
from ce_lib.optimize import Minimum


def newton_cg(
    inputs: Array, label: Array, classes: int, l2: float, max_iterations: int, tolerance: float
) -> Minimum:
    """Minimise mean cross-entropy + l2/2 ‖W‖² over W of shape (columns of inputs, classes).

    The last column of ``inputs`` belongs to the bias and is not penalised.
    """
    n, columns = inputs.shape
    each = np.arange(n)
    penalty = np.full((columns, 1), l2)
    penalty[-1] = 0.0

    def evaluate(W: Array) -> tuple[float, Array, Array]:
        """Loss, probabilities and gradient."""
        z = inputs @ W
        z -= z.max(axis=1, keepdims=True)
        of_label = z[each, label]
        p = np.exp(z, out=z)
        total = p.sum(axis=1)
        p /= total[:, None]
        value = float(np.mean(np.log(total) - of_label)) + 0.5 * float((penalty * W * W).sum())
        residual = p.copy()
        residual[each, label] -= 1
        return value, p, inputs.T @ residual / n + penalty * W

    spectrum = np.linalg.eigh(inputs.T @ inputs / n)
    W = np.zeros((columns, classes))
    value, p, slope = evaluate(W)
    history, iterations = [value], 0
    while True:
        largest = float(np.abs(slope).max())
        if largest <= tolerance or iterations == max_iterations:
            break
        precondition = _preconditioner(*spectrum, p, l2)
        direction = _solve(inputs, p, slope, penalty, precondition, tolerance)
        promise = float(np.vdot(slope, direction))
        step, slack = 1.0, 4 * np.finfo(float).eps * abs(value)
        for _ in range(40):
            fallen, moved_p, moved_slope = evaluate(W + step * direction)
            if fallen <= value + 1e-4 * step * promise + slack:
                break
            step /= 2
        else:
            break  # as good as float64 can tell
        W = W + step * direction
        value, p, slope = fallen, moved_p, moved_slope
        history.append(value)
        iterations += 1
    return Minimum(W, value, slope, iterations, largest <= tolerance, history, [])


def _preconditioner(values: Array, vectors: Array, p: Array, l2: float) -> Array:
    """The inverse of k X^T X/n + l2, from the spectrum of X^T X/n.

    This is the Hessian as if all samples had the same curvature k, the mean of sum_k p_k(1 - p_k).
    D. Böhning's bound (Ann. Inst. Statist. Math. 44, 1992) has 1/2 for k, true at the start only:
    towards the end most samples are sure and k is a hundred times smaller.
    """
    curvature = float(np.mean(1 - np.einsum("ij,ij->i", p, p)))
    # A column that is constant 0 has no curvature at all.
    floor = 1e-12 * values[-1]
    return (vectors / (curvature * np.maximum(values, 0.0) + l2 + floor)) @ vectors.T


def _solve(
    inputs: Array, p: Array, slope: Array, penalty: Array, precondition: Array, tolerance: float
) -> Array:
    """An approximate solution D of H D = -slope by preconditioned conjugate gradients."""
    n = len(inputs)
    direction = np.zeros_like(slope)
    residual = -slope
    scaled = precondition @ residual
    search = scaled
    product = float(np.vdot(residual, scaled))
    size = float(np.linalg.norm(slope))
    # The smaller the gradient, the more exact: convergence stays faster than linear.
    enough = max(min(0.25, size**0.5) * size, 0.1 * tolerance)
    u = np.empty_like(p)
    for _ in range(10 * slope.size):
        np.matmul(inputs, search, out=u)
        u -= np.einsum("ij,ij->i", p, u)[:, None]
        u *= p
        image = inputs.T @ u / n + penalty * search
        curvature = float(np.vdot(search, image))
        if curvature <= 0:
            break
        length = product / curvature
        direction = direction + length * search
        residual = residual - length * image
        if float(np.linalg.norm(residual)) <= enough:
            break
        scaled = precondition @ residual
        previous, product = product, float(np.vdot(residual, scaled))
        search = scaled + (product / previous) * search
    return direction if np.any(direction) else -slope
