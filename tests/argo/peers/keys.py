"""The keys that the peers take. Each is of its vendor's form, and none occurs in anything else: a leak can be found."""

ALPACA_KEY, ALPACA_SECRET = "PKTESTKEY000000001", "secret/0000000000+01"
MASSIVE_KEY = "mASSiveTeStKeY_0002"
ALPHA_VANTAGE_KEY = "AVTESTKEY0000003"
XAI_KEY, PERPLEXITY_KEY = "xai-7f3c9Q+/a1==Zq04", "pplx-5b0e8K+/c2==Xw05"
ALL_KEYS = (ALPACA_KEY, ALPACA_SECRET, MASSIVE_KEY, ALPHA_VANTAGE_KEY, XAI_KEY, PERPLEXITY_KEY)
