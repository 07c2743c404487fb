"""Floor 2: numeric kernels over arrays: returns, ranges, indicators, drawdowns, ratios, intervals."""
