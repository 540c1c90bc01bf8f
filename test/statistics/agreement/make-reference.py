"""Reference values of agreement beyond correlation, with made-up ratings: scikit-learn (quadratic-weighted
kappa), krippendorff (alpha, interval), pingouin (ICC), SciPy and NumPy by the definitions (all pairs of images
one by one, for instance).

    pip install numpy scipy scikit-learn krippendorff pingouin
    python test/statistics/agreement/make-reference.py
"""
import importlib.metadata
import json
import pathlib

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from scipy.stats import norm, rankdata
from sklearn.metrics import cohen_kappa_score

Z = norm.ppf(0.975)


def pair_accuracy(scores, mos, errors):
    hits = told = 0
    for i in range(len(mos)):
        for j in range(i):
            difference = mos[i] - mos[j]
            band = 0 if errors is None else Z * np.hypot(errors[i], errors[j])
            if abs(difference) <= band:
                continue
            told += 1
            agreement = np.sign(difference) * np.sign(scores[i] - scores[j])
            hits += 1 if agreement > 0 else 0.5 if agreement == 0 else 0
    return {"accuracy": hits / told, "told": told, "pairs": len(mos) * (len(mos) - 1) // 2}


def icc(table):
    long = pd.DataFrame(
        [(i, j, v) for i, row in enumerate(table) for j, v in enumerate(row)],
        columns=["image", "rater", "value"],
    )
    result = pingouin.intraclass_corr(long, "image", "rater", "value")
    by_type = dict(zip(result["Type"], result["ICC"]))
    return {"absolute": by_type["ICC(A,1)"], "consistency": by_type["ICC(C,1)"]}


def case(seed, n, levels, scale, decimals):
    rng = np.random.default_rng(seed)
    low, high = scale
    truth = rng.beta(2, 1.5, n)
    errors = np.round(rng.uniform(0.02, 0.06, n) * (high - low), 4)
    mos = np.round(np.clip(low + (high - low) * truth + rng.normal(0, errors), low, high), 3)
    scores = np.round(np.clip(truth + rng.normal(0, 0.15, n), 0, 1), decimals)
    others = np.round(np.clip(truth[:, None] + rng.normal(0.1, 0.2, (n, 2)), 0, 1), decimals)
    values = np.array(levels)
    unit = (mos - low) / (high - low)
    cuts = (values[1:] + values[:-1]) / 2
    codes = lambda x: np.searchsorted(cuts, x, side="right")
    raters = np.column_stack([scores, others])
    variance = np.var(mos, ddof=1)
    reliability = 1 - np.mean(errors**2) / variance
    places = (rankdata(scores) - 0.5) / n
    bins = 5
    of = np.minimum(bins - 1, np.floor(places * bins)).astype(int)
    target = low + (high - low) * scores
    kept = [b for b in range(bins) if (of == b).any()]
    calibration = sum((of == b).sum() / n * abs(mos[of == b].mean() - target[of == b].mean()) for b in kept)
    residuals = np.sort(np.abs(mos - target))
    rank = int(np.ceil((n + 1) * 0.95))
    return {
        "scale": list(scale),
        "levels": list(levels),
        "scores": scores.tolist(),
        "others": others.T.tolist(),
        "mos": mos.tolist(),
        "standardErrors": errors.tolist(),
        "expected": {
            "pairs": pair_accuracy(scores, mos, None),
            "pairsWithBand": pair_accuracy(scores, mos, errors),
            "scoreLevels": codes(scores).tolist(),
            "mosLevels": codes(unit).tolist(),
            "kappa": cohen_kappa_score(
                codes(scores), codes(unit), weights="quadratic", labels=list(range(len(levels)))
            ),
            "alpha": krippendorff.alpha(
                reliability_data=raters.T, level_of_measurement="interval"
            ),
            "alphaOfTwo": krippendorff.alpha(
                reliability_data=np.array([target, mos]), level_of_measurement="interval"
            ),
            "icc": icc(raters),
            "iccOfTwo": icc(np.column_stack([target, mos])),
            "reliability": reliability,
            "attainable": {
                "PLCC": np.sqrt(reliability),
                "SRCC": 6 / np.pi * np.arcsin(np.sqrt(reliability) / 2),
            },
            "calibration": {
                "bins": bins,
                "counts": [int((of == b).sum()) for b in kept],
                "scores": [scores[of == b].mean() for b in kept],
                "mos": [mos[of == b].mean() for b in kept],
                "error": calibration,
            },
            "reach": residuals[rank - 1] * np.sqrt(n / (n - 4)),
        },
    }


packages = ["numpy", "scipy", "scikit-learn", "krippendorff", "pingouin"]
reference = {
    "madeBy": "test/statistics/agreement/make-reference.py with "
    + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages),
    "cases": [
        case(1, 60, [0, 0.25, 0.5, 0.75, 1], (1, 5), 3),
        case(2, 40, [0, 1], (0, 100), 1),
        case(3, 120, [0, 0.3, 1], (-9, 0), 4),
    ],
}
path = pathlib.Path(__file__).with_name("reference-values.json")
path.write_text(json.dumps(reference) + "\n")
