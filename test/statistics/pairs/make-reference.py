"""Reference values of scores from comparisons in pairs: the posterior's mode by SciPy's minimiser and root finder,
its covariance by NumPy's inverse.

    pip install numpy scipy
    python test/statistics/pairs/make-reference.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import minimize, root
from scipy.special import log_expit, log_ndtr

LOG = {"thurstone": log_ndtr, "bradley-terry": log_expit}


def cost(scores, counts, log, variance):
    total = np.sum(scores**2) / (2 * variance)
    for first, second, wins, losses in counts:
        d = scores[first] - scores[second]
        total -= (wins * log(d) if wins else 0) + (losses * log(-d) if losses else 0)
    return total


def second_derivative(log, d):
    """Of ln P at d, by formulas of their own: scipy's functions give the densities."""
    if log is log_expit:
        p = np.exp(log_expit(d))
        return -p * (1 - p)
    ratio = np.exp(-d * d / 2 - np.log(2 * np.pi) / 2 - log_ndtr(d))
    return -ratio * (d + ratio)


def solve(count, counts, name, variance, fixed=None):
    log = LOG[name]
    fixed = {int(item): score for item, score in (fixed or {}).items()}
    free = [item for item in range(count) if item not in fixed]

    def whole(x):
        scores = np.array([float(fixed.get(item, 0)) for item in range(count)])
        scores[free] = x
        return scores

    found = minimize(
        lambda x: cost(whole(x), counts, log, variance),
        np.zeros(len(free)),
        method="BFGS",
        options={"gtol": 1e-10},
    )
    # A root of the gradient is found to more digits than a minimum of the cost.
    def gradient(free_scores):
        x = whole(free_scores)
        g = x / variance
        for first, second, wins, losses in counts:
            d = x[first] - x[second]
            if log is log_expit:
                slope = wins * np.exp(log_expit(-d)) - losses * np.exp(log_expit(d))
            else:
                density = -d * d / 2 - np.log(2 * np.pi) / 2
                slope = wins * np.exp(density - log_ndtr(d)) - losses * np.exp(density - log_ndtr(-d))
            g[first] -= slope
            g[second] += slope
        return g[free]

    exact = root(gradient, found.x, method="hybr", options={"xtol": 1e-14})
    assert exact.success or np.max(np.abs(gradient(exact.x))) < 1e-9, exact.message
    assert np.max(np.abs(exact.x - found.x)) < 1e-4
    x = whole(exact.x)
    hessian = np.eye(count) / variance
    for first, second, wins, losses in counts:
        d = x[first] - x[second]
        bend = -(wins * second_derivative(log, d) + losses * second_derivative(log, -d))
        for i, j, sign in [(first, first, 1), (second, second, 1), (first, second, -1), (second, first, -1)]:
            hessian[i, j] += sign * bend
    covariance = np.zeros((count, count))
    covariance[np.ix_(free, free)] = np.linalg.inv(hessian[np.ix_(free, free)])
    return {"scores": x.tolist(), "covariance": covariance.tolist()}


random = np.random.default_rng(20)
full = [
    [i, j, int(random.integers(0, 9)), int(random.integers(0, 9))] for i in range(6) for j in range(i + 1, 6)
]
star = [[0, j, round(float(random.random()), 3) * 2, 0] for j in range(1, 6)]
star = [[i, j, w, 2 - w] for i, j, w, _ in star]
problems = {
    "all pairs of six items": (6, full, 1),
    "one item against five, soft counts": (6, star, 1),
    "one item that always wins, a narrow prior": (4, [[0, 1, 8, 0], [0, 2, 8, 0], [0, 3, 8, 0]], 0.25),
    "two sets that never met": (4, [[0, 1, 5, 2], [2, 3, 1, 6]], 1),
    "a chain of certain wins under a wide prior": (4, [[0, 1, 40, 0], [1, 2, 40, 0], [2, 3, 40, 0]], 1000),
    "the same pair told twice, in both orders": (3, [[0, 1, 3, 1], [1, 0, 0.5, 2.5], [1, 2, 2, 2]], 2),
}
at_zero = {str(item): 0 for item in range(1, 6)}
fixed = {
    "one item against five that are fixed at 0": (6, star, 1, at_zero),
    "all pairs of six items, two of them fixed": (6, full, 1, {"2": 0.5, "4": -1.25}),
}
values = {
    name: {
        "count": count,
        "counts": counts,
        "priorVariance": variance,
        "fixed": rest[0] if rest else {},
        **{model: solve(count, counts, model, variance, *rest) for model in LOG},
    }
    for name, (count, counts, variance, *rest) in (problems | fixed).items()
}
text = json.dumps({"madeWith": f"scipy {scipy.__version__}", "problems": values}, indent=1)
Path(__file__).with_name("reference-values.json").write_text(text + "\n")
