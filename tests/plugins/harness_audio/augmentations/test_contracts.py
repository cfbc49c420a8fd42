"""Every augmentation of the package keeps the contract."""

from __future__ import annotations

from harness.testing import AugmentationContract
from harness_audio import harness_augmentations

RECORDS = {record.name: record for record in harness_augmentations()}


class TestSpecMask(AugmentationContract):
    record = RECORDS["spec_mask"]


class TestRandomCrop(AugmentationContract):
    record = RECORDS["random_crop"]


class TestMixup(AugmentationContract):
    record = RECORDS["mixup"]


class TestTimeWarp(AugmentationContract):
    record = RECORDS["time_warp"]
