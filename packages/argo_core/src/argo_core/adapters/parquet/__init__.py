"""Bars in Parquet files with a manifest: extra `lab`."""

from argo_core.adapters.parquet.library import ParquetLibrary

__all__ = ["ParquetLibrary"]
