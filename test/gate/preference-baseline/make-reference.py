"""Reference values of the difference of two runs over the same pairs, with made-up answers: metrics by their
definitions with NumPy, independent sets of pairs by SciPy's connected components, and a bootstrap over these sets that
draws them anew. `low` and `high` bracket the ends of an interval of 2,000 draws: five standard deviations around the
mean of 60 such intervals.

    pip install numpy scipy
    python test/gate/preference-baseline/make-reference.py
"""
import importlib.metadata
import json
import pathlib

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

BOUND = 0.01
DRAWS = 2000
INTERVALS = 60
PAIRS = 90


def accuracy(share, p):
    used = share != 0.5
    hit = np.where(p == 0.5, 0.5, (p > 0.5) == (share > 0.5))[used]
    return hit.mean()


def weighted(share, p):
    weight = np.abs(2 * share - 1)
    hit = np.where(p == 0.5, 0.5, (p > 0.5) == (share > 0.5))
    return (weight * hit).sum() / weight.sum()


def two_afc(share, p):
    return np.where(p == 0.5, 0.5, np.where(p > 0.5, share, 1 - share)).mean()


def kappa(share, p):
    table = np.zeros((3, 3))
    np.add.at(table, (np.sign(share - 0.5).astype(int) + 1, np.sign(p - 0.5).astype(int) + 1), 1)
    table /= table.sum()
    chance = table.sum(0) @ table.sum(1)
    return (np.trace(table) - chance) / (1 - chance)


def loglik(share, p):
    held = np.clip(p, BOUND, 1 - BOUND)
    return (share * np.log(held) + (1 - share) * np.log(1 - held)).mean()


METRICS = {"ACCURACY": accuracy, "WEIGHTED": weighted, "2AFC": two_afc, "KAPPA": kappa, "LOGLIK": loglik}


def units_of(pairs):
    """The set of each pair: those that share an image or a group hang together."""
    images = {name: i for i, name in enumerate(sorted({pair[k] for pair in pairs for k in ("first", "second")}))}
    groups = {name: len(images) + i for i, name in enumerate(sorted({pair["group"] for pair in pairs}))}
    edges = [(images[pair["first"]], images[pair["second"]]) for pair in pairs]
    edges += [(images[pair["first"]], groups[pair["group"]]) for pair in pairs]
    a, b = np.array(edges).T
    nodes = len(images) + len(groups)
    _, label = connected_components(coo_matrix((np.ones(len(a)), (a, b)), shape=(nodes, nodes)), directed=False)
    return np.array([label[images[pair["first"]]] for pair in pairs])


def intervals(metric, share, new, old, units, rng):
    if metric in ("ACCURACY", "WEIGHTED"):
        used = share != 0.5
        share, new, old, units = share[used], new[used], old[used], units[used]
    names = np.unique(units)
    members = [np.flatnonzero(units == name) for name in names]
    of = METRICS[metric]
    ends = []
    for _ in range(INTERVALS):
        draws = []
        for _ in range(DRAWS):
            drawn = np.concatenate([members[i] for i in rng.integers(len(names), size=len(names))])
            draws.append(of(share[drawn], new[drawn]) - of(share[drawn], old[drawn]))
        ends.append(np.percentile(draws, [2.5, 97.5]))
    mean, sd = np.mean(ends, axis=0), np.std(ends, axis=0, ddof=1)
    return [[round(float(m - 5 * s), 4), round(float(m + 5 * s), 4)] for m, s in zip(mean, sd)], len(names)


rng = np.random.default_rng(20)
pairs = []
for i in range(PAIRS):
    truth = rng.normal()
    share = round(float(np.clip(1 / (1 + np.exp(-2 * truth)), 0.02, 0.98)), 1)
    new = round(float(1 / (1 + np.exp(-(0.8 * truth + 0.9 * rng.normal())))), 2)
    old = round(float(1 / (1 + np.exp(-(1.5 * truth + 0.7 * rng.normal())))), 2)
    # Two or three pairs of a photograph, of which a few share an image with another photograph's.
    pairs.append({
        "first": f"a{i}" if i % 15 else f"a{max(0, i - 4)}",
        "second": f"b{i}",
        "group": f"photograph {i * 2 // 5}",
        **{"share": share, "now": new, "before": old},
    })

share, new, old = (np.array([pair[key] for pair in pairs]) for key in ("share", "now", "before"))
units = units_of(pairs)
expected = {}
for metric, of in METRICS.items():
    (low, high), count = intervals(metric, share, new, old, units, rng)
    expected[metric] = {
        "now": float(of(share, new)),
        "before": float(of(share, old)),
        "difference": float(of(share, new) - of(share, old)),
        **{"low": low, "high": high, "units": count},
    }

versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "scipy"))
text = json.dumps({
    "madeBy": f"test/gate/preference-baseline/make-reference.py with {versions}",
    **{"expected": expected, "pairs": pairs},
}, indent=1)
pathlib.Path(__file__).with_name("reference.json").write_text(text + "\n")
