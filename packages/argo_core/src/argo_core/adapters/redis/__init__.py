"""A cache and call budgets that several processes share, through Redis. Extra `redis`."""

from argo_core.adapters.redis.byte_cache import RedisByteCache
from argo_core.adapters.redis.line import RedisLine, open_redis
from argo_core.adapters.redis.shared_budget import RedisBudget

__all__ = ["RedisBudget", "RedisByteCache", "RedisLine", "open_redis"]
