"""Class activation maps: where a network looks, and how much of that is padding.

``python -m harness_auscultation.cam STUDY --run RUN --clips N --out DIR``
"""
