"""Prints the values that MetricTests.swift expects: PSNR and SSIM from scikit-image, PSNR-B from its definition."""

import numpy as np
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

height, width = 40, 48
y, x = np.mgrid[0:height, 0:width]
clean = np.stack([(3 * x + 2 * y + 29 * c + x * y // 16) % 256 for c in range(3)], axis=-1)
noisy = np.clip(clean + np.stack([(31 * x + 17 * y + 11 * c + x * y) % 41 - 20 for c in range(3)], axis=-1), 0, 255)
blocky = np.clip(clean + np.stack([(37 * (x // 8) + 53 * (y // 8) + 7 * c) % 41 - 20 for c in range(3)], axis=-1), 0, 255)


def unit(image):
    return (image.astype(np.float32) / np.float32(255)).astype(np.float64)


def luma(image):
    return rgb2ycbcr(unit(image))[..., :1] / 255


def psnrb(image, reference):
    values = []
    for c in range(image.shape[-1]):
        a, b = image[..., c], reference[..., c]
        across = [np.diff(a, axis=1) ** 2, np.diff(a, axis=0).T ** 2]
        border = np.concatenate([d[:, 7::8].ravel() for d in across])
        inner = np.concatenate([np.delete(d, np.s_[7::8], axis=1).ravel() for d in across])
        excess = max(border.mean() - inner.mean(), 0) * 3 / np.log2(min(a.shape))
        values.append(-10 * np.log10(((a - b) ** 2).mean() + excess))
    return np.mean(values)


def crop(image, border):
    return image[border:-border, border:-border] if border else image


for name, image in [("noisy", noisy), ("blocky", blocky)]:
    for convert in [unit, luma]:
        for border in [0, 4]:
            a, b = crop(convert(image), border), crop(convert(clean), border)
            ssim = structural_similarity(a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
                                         data_range=1, channel_axis=-1)
            print(f'("{name}", {"true" if convert is luma else "false"}, {border}, '
                  f"{peak_signal_noise_ratio(b, a, data_range=1):.9f}, {ssim:.9f}, {psnrb(a, b):.9f}),")
