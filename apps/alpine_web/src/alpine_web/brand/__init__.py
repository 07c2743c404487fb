"""The brand: one file of values, made into the stylesheet's variables and classes and the reports' colours."""

from alpine_web.brand.contrast import contrast_ratio
from alpine_web.brand.values import Brand, read_brand

__all__ = ["Brand", "contrast_ratio", "read_brand"]
