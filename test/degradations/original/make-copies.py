"""Degraded copies as the Python package `imagecorruptions` makes them, for tests to compare with.

    python3 make-copies.py hashes > hashes.json     SHA-256 of the copies of pictures given by formulas
    python3 make-copies.py copies photo.png folder  every copy of a picture, as folder/<name>.<severity>.rgb

`darkness` is no part of the package; its copies follow the definition in docs/degradations.md.
"""

import hashlib
import json
import os
import pathlib
import sys
import warnings

# With AVX-512 numpy's exponential has another last bit, and motion_blur another byte: the copies are those of
# processors without it.
os.environ["NPY_DISABLE_CPU_FEATURES"] = " ".join(
    f"AVX512{name}" for name in ["F", "CD", "_SKX", "_CLX", "_CNL", "_ICL"]
)

import numpy as np  # noqa: E402
import skimage.filters  # noqa: E402
from PIL import Image  # noqa: E402

warnings.filterwarnings("ignore")
import imagecorruptions.corruptions as original  # noqa: E402

SEED = 20411


def blur_as_before(image, sigma, multichannel=False):
    """scikit-image has renamed an argument that the package uses; the blur is the same."""
    return skimage.filters.gaussian(image, sigma=sigma, channel_axis=-1 if multichannel else None)


original.gaussian = blur_as_before


class Darkness:
    """The tone curve of KADID-10k's `imdarken`, fitted to its three points, rounded."""

    def __call__(self, image, severity):
        amount = [0.05, 0.1, 0.2, 0.4, 0.8][severity - 1]
        curve = np.poly1d(np.polyfit([0, 0.5, 1], [0, (1 - amount) / 2, 1], 2))
        return np.rint(np.clip(255 * curve(np.asarray(image) / 255), 0, 255))


NAMES = [
    "zoom_blur", "spatter", "saturate", "fog", "gaussian_noise", "gaussian_blur", "motion_blur",
    "defocus_blur", "pixelate", "jpeg_compression", "contrast", "brightness", "darkness",
]  # fmt: skip


def copy_of(image, name, severity):
    np.random.seed(SEED)
    degrade = Darkness() if name == "darkness" else getattr(original, name)
    return np.uint8(np.asarray(degrade(image, severity))).tobytes()


def coloured(x, y, c):
    return ((x * x * (c + 1) + y * y * 3 + x * y * (2 + c)) >> 5) & 255


def lettered(x, y, c):
    """Black and red strokes on white, as in a text."""
    stroke = ((x * 7 + (y % 12) * 5) % 19 < 5) & (y % 12 < 8) & (x % 23 > 3)
    ink = np.where((y // 12) % 2 == 0, 0, np.where(c == 0, 200, 30))
    return np.where(stroke, ink, 255)


def even(x, y, c):
    """One colour everywhere."""
    return 200 - 75 * c + 0 * x


FORMULAS = {"coloured": coloured, "lettered": lettered, "even": even}


def picture(formula, width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return Image.fromarray(FORMULAS[formula](x, y, c).astype(np.uint8))


def hashes():
    sizes = [(64, 48), (97, 131), (33, 35)]
    return {
        f"{name} {severity} {formula} {width}x{height}": hashlib.sha256(
            copy_of(picture(formula, width, height), name, severity)
        ).hexdigest()
        for name in NAMES
        # The plasma map of the package has double precision, that of the paper's copy of it single.
        if name != "fog"
        for severity in range(1, 6)
        for formula in FORMULAS
        for width, height in sizes
    }


def copies(file, folder):
    image = Image.open(file).convert("RGB")
    for name in NAMES:
        for severity in range(1, 6):
            path = pathlib.Path(folder) / f"{name}.{severity}.rgb"
            path.write_bytes(copy_of(image, name, severity))


if sys.argv[1] == "hashes":
    print(json.dumps({"seed": SEED, "sha256": hashes()}, indent=2))
else:
    copies(*sys.argv[2:])
