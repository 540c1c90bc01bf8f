"""Reference values of test/report/generators.test.ts, by scipy.

    python reference.py > reference.json

Made-up scores of three generators over the same prompts: 24 of them for percentiles, the first 12 for Student's
distribution.
"""

import json

import numpy as np
import scipy
from scipy import stats

random = np.random.default_rng(7)
prompts = 24
easy = random.uniform(0.2, 0.8, prompts)
scores = {
    name: np.round(np.clip(easy + shift + random.normal(0, 0.12, prompts), 0, 1), 3)
    for name, shift in {"a": 0.16, "b": 0.0, "c": -0.02}.items()
}
mos = {name: np.round(1 + 4 * np.clip(own + random.normal(0, 0.1, prompts), 0, 1), 2) for name, own in scores.items()}
pairs = [("a", "b"), ("a", "c"), ("b", "c")]


def percentile(values):
    result = stats.bootstrap(
        (values,), np.mean, n_resamples=200_000, method="percentile", random_state=np.random.default_rng(1)
    )
    return list(result.confidence_interval)


def student(values):
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    return [low, high]


def holm(p_values):
    order = np.argsort(p_values)
    largest, adjusted = 0.0, [0.0] * len(p_values)
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = largest
    return adjusted


few = 12
t_tests = [float(stats.ttest_rel(scores[a][:few], scores[b][:few]).pvalue) for a, b in pairs]
pooled = np.concatenate([scores[name] for name in scores]), np.concatenate([mos[name] for name in scores])
print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "scores": {name: own.tolist() for name, own in scores.items()},
            "mos": {name: own.tolist() for name, own in mos.items()},
            "means": {name: float(np.mean(own)) for name, own in scores.items()},
            "percentile": {name: percentile(own) for name, own in scores.items()},
            "differences": [
                {
                    "pair": [a, b],
                    "estimate": float(np.mean(scores[a] - scores[b])),
                    "percentile": percentile(scores[a] - scores[b]),
                }
                for a, b in pairs
            ],
            "few": {
                "prompts": few,
                "student": {name: student(own[:few]) for name, own in scores.items()},
                "differences": [student(scores[a][:few] - scores[b][:few]) for a, b in pairs],
                "t test": t_tests,
                "holm": holm(t_tests),
            },
            "SRCC": {name: float(stats.spearmanr(scores[name], mos[name]).statistic) for name in scores},
            "SRCC of all": float(stats.spearmanr(*pooled).statistic),
        },
        indent=1,
    )
)
