"""Floor 4: a position on its way to what one subscriber may see."""

from alpine_core.feed.signal_feed import FeedItem, FeedPage, SignalFeed
from alpine_core.model.position import Position

__all__ = ["FeedItem", "FeedPage", "Position", "SignalFeed"]
