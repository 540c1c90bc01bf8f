"""Reference values of ranking.test.ts: weight, order, scores, standard errors, interval, P(above the next).

Needs numpy and scipy; prints, and the values stand in the test.
"""

import numpy as np
from scipy.stats import norm

ANSWERS = [
    (0, 1, 0.95), (1, 2, 0.8), (0, 2, 0.9), (2, 3, 0.6), (1, 3, 0.9),
    (4, 3, 0.5), (4, 0, 0.15), (1, 4, 0.85), (2, 4, 0.7),
]
COUNT = 5
PRIOR_VARIANCE = 16


def logistic(x):
    return 1 / (1 + np.exp(-x))


def direction(i, j):
    e = np.zeros(COUNT)
    e[i], e[j] = 1, -1
    return e


def fit(weight):
    s = np.zeros(COUNT)
    for _ in range(100):
        gradient, curvature = s / PRIOR_VARIANCE, np.eye(COUNT) / PRIOR_VARIANCE
        for i, j, p in ANSWERS:
            q, e = logistic(s[i] - s[j]), direction(i, j)
            gradient = gradient + weight * (q - p) * e
            curvature = curvature + weight * q * (1 - q) * np.outer(e, e)
        s = s - np.linalg.solve(curvature, gradient)
    return s, np.linalg.inv(curvature)


weight = 1.0
for _ in range(8):
    s, covariance = fit(weight)
    total = 0
    for i, j, p in ANSWERS:
        e = direction(i, j)
        q = logistic(e @ s)
        leverage = weight * q * (1 - q) * (e @ covariance @ e)
        foretold = logistic(e @ s - leverage / (1 - leverage) * (p - q) / (q * (1 - q)))
        total += (p - foretold) ** 2 / (foretold * (1 - foretold))
    before, weight = weight, min(1000, max(1, len(ANSWERS) / total))
    if abs(weight / before - 1) < 0.01:
        break

s, covariance = fit(weight)
centre = np.eye(COUNT) - 1 / COUNT
errors = np.sqrt(np.diag(centre @ covariance @ centre))
order = np.argsort(-s)
print("weight", repr(weight))
for i in order:
    print(i, s[i], errors[i], s[i] - norm.ppf(0.975) * errors[i], s[i] + norm.ppf(0.975) * errors[i])
for a, b in zip(order, order[1:]):
    e = direction(a, b)
    print(a, "above", b, repr(norm.cdf(e @ s / np.sqrt(e @ covariance @ e))))
