"""Writes numpy-reference.json: SHA-256 of degraded copies, computed with numpy and scipy from the
definitions in docs/degradations.md and by other algorithms than the code under test.

    python3 numpy-reference.py > numpy-reference.json    (numpy 1.24, scipy 1.10)
"""

import hashlib
import json

import numpy as np
from scipy import ndimage

SEED = 20411


def picture(width, height):
    """The formula of test/images/pictures.ts."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return (((x * x * (c + 1) + y * y * 3 + x * y * (2 + c)) >> 5) & 255).astype(np.uint8)


def to_bytes(levels):
    return np.rint(np.clip(levels, 0, 255)).astype(np.uint8)


def gaussian_noise(image, severity):
    sigma = [0.08, 0.12, 0.18, 0.26, 0.38][severity - 1]
    np.random.seed(SEED)
    return image + np.random.normal(size=image.shape, scale=255 * sigma)


def gaussian_blur(image, severity):
    sigma = [1, 2, 3, 4, 6][severity - 1]
    return ndimage.gaussian_filter(image.astype(float), (sigma, sigma, 0), mode="nearest", truncate=4)


def motion_blur(image, severity):
    radius, sigma = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)][severity - 1]
    np.random.seed(SEED)
    angle = np.deg2rad(np.random.uniform(-45, 45))
    i = np.arange(2 * radius + 1)
    weights = np.exp(-(i**2) / (2 * sigma**2))
    kernel = np.zeros((2 * len(i) + 1, 2 * len(i) + 1))
    centre = len(i)
    dx = np.ceil(i * np.cos(angle) - 0.5).astype(int)
    dy = np.ceil(i * np.sin(angle) - 0.5).astype(int)
    np.add.at(kernel, (centre + dy, centre + dx), weights / weights.sum())
    channels = [ndimage.correlate(image[..., c].astype(float), kernel, mode="nearest") for c in range(3)]
    return np.stack(channels, axis=2)


def defocus_blur(image, severity):
    radius, sigma = [(3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5)][severity - 1]
    reach, width = (8, 1) if radius <= 8 else (radius, 2)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disk = (x**2 + y**2 <= radius**2).astype(float)
    rim = np.exp(-(np.arange(-width, width + 1) ** 2) / (2 * sigma**2))
    rim /= rim.sum()
    kernel = ndimage.correlate(disk, np.outer(rim, rim), mode="mirror")
    kernel /= kernel.sum()
    channels = [ndimage.correlate(image[..., c].astype(float), kernel, mode="mirror") for c in range(3)]
    return np.stack(channels, axis=2)


def pixelate(image, severity):
    scale = [0.6, 0.5, 0.4, 0.3, 0.25][severity - 1]
    sums = image.astype(np.int64)
    counts = np.ones(image.shape, dtype=np.int64)
    for axis in (0, 1):
        length = image.shape[axis]
        small = int(length * scale)
        block = np.floor((np.arange(length) + 0.5) * small / length).astype(int)
        starts = np.flatnonzero(np.diff(block, prepend=-1))
        sums, counts = (np.take(np.add.reduceat(a, starts, axis), block, axis) for a in (sums, counts))
    return sums / counts


def contrast(image, severity):
    factor = [0.4, 0.3, 0.2, 0.1, 0.05][severity - 1]
    mean = image.mean(axis=(0, 1), keepdims=True)
    return (image - mean) * factor + mean


def brightness(image, severity):
    offset = 255 * [0.1, 0.2, 0.3, 0.4, 0.5][severity - 1]
    value = image.max(axis=2, keepdims=True).astype(float)
    raised = np.minimum(255, value + offset)
    return np.where(value == 0, raised, image * raised / np.maximum(value, 1))


def darkness(image, severity):
    amount = [0.05, 0.1, 0.2, 0.4, 0.8][severity - 1]
    curve = np.poly1d(np.polyfit([0, 0.5, 1], [0, (1 - amount) / 2, 1], 2))
    return 255 * curve(image / 255)


ALL = [gaussian_noise, gaussian_blur, motion_blur, defocus_blur, pixelate, contrast, brightness, darkness]
hashes = {
    f"{degradation.__name__} {severity} {width}x{height}": hashlib.sha256(
        to_bytes(degradation(picture(width, height), severity)).tobytes()
    ).hexdigest()
    for degradation in ALL
    for severity in range(1, 6)
    for width, height in [(64, 48), (97, 131)]
}
print(json.dumps({"seed": SEED, "sha256": hashes}, indent=2))
