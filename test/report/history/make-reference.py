"""Reference values of a history: five runs of two columns over the same 80 made-up images. Correlations by SciPy;
differences, trends and their bootstrap by NumPy, image by image, 20,000 draws of its own generator; Holm's
correction by its definition.

    pip install numpy scipy
    python test/report/history/make-reference.py
"""
import json
import pathlib

import numpy as np
import scipy
from scipy.stats import kendalltau, spearmanr

IMAGES = 80
DAYS = [0, 7, 14, 28, 35]
NOISE = {"steady": [0.20, 0.20, 0.21, 0.20, 0.20], "falling": [0.12, 0.18, 0.26, 0.34, 0.80]}
DRAWS = 20_000


def p_value(draws):
    beyond = min((draws <= 0).sum(), (draws >= 0).sum())
    return min(1.0, 2 * (beyond + 1) / (len(draws) + 1))


def summary(estimate, draws):
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"estimate": estimate, "low": low, "high": high, "p": p_value(draws), "sd": draws.std(ddof=1)}


def holm(values):
    order = np.argsort(values)
    adjusted = np.empty(len(values))
    running = 0.0
    for place, index in enumerate(order):
        running = max(running, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = running
    return adjusted.tolist()


rng = np.random.default_rng(20261126)
mos = np.round(rng.uniform(1, 5, IMAGES), 3)
truth = (mos - 1) / 4
columns = {}
for name, noises in NOISE.items():
    own = rng.normal(size=IMAGES)
    runs = []
    for noise in noises:
        mixed = truth + noise * (0.8 * own + 0.6 * rng.normal(size=IMAGES))
        runs.append(np.round(1 / (1 + np.exp(-3 * (mixed - 0.5))), 6))
    columns[name] = runs

picks = rng.integers(0, IMAGES, size=(DRAWS, IMAGES))
expected = {}
for name, runs in columns.items():
    estimates = [spearmanr(run, mos).statistic for run in runs]
    draws = np.array([[spearmanr(run[pick], mos[pick]).statistic for run in runs] for pick in picks])
    steps = [
        summary(estimates[i] - estimates[i - 1], draws[:, i] - draws[:, i - 1])
        for i in range(1, len(runs))
    ]
    span = DAYS[-1] - DAYS[0]
    change = np.polyfit(DAYS, estimates, 1)[0] * span
    changes = np.polyfit(DAYS, draws.T, 1)[0] * span
    expected[name] = {
        "SRCC": estimates,
        "KRCC": [kendalltau(run, mos).statistic for run in runs],
        "intervals": np.quantile(draws, [0.025, 0.975], axis=0).T.tolist(),
        "steps": steps,
        "trend": summary(change, changes),
    }

pathlib.Path(__file__).with_name("reference-values.json").write_text(
    json.dumps(
        {
            "made by": {"scipy": scipy.__version__, "numpy": np.__version__},
            "days": DAYS,
            "mos": mos.tolist(),
            "columns": {name: [run.tolist() for run in runs] for name, runs in columns.items()},
            "expected": expected,
            "holm of the last steps": holm([expected[name]["steps"][-1]["p"] for name in columns]),
        },
        indent=1,
    )
    + "\n"
)
for name in columns:
    print(name, expected[name]["SRCC"], [round(s["p"], 4) for s in expected[name]["steps"]], expected[name]["trend"])
