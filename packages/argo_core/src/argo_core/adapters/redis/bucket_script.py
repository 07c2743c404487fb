"""The token bucket as it runs inside Redis: each script is one step that nobody sees half of.

A bucket is one number, `tat`: the moment at which it would be full again if nobody called (the generic cell rate
algorithm, ITU-T I.371 annex A). A call reserves its turn and is told how long to wait for it, so that turns go by order
of asking over all processes. Time is the server's. Numbers travel as text with microseconds: Lua's own text form would
cut them.
"""

from __future__ import annotations

# KEYS: bucket, calls of the day. ARGV: rate per second, burst, deadline in seconds, quota of a day (0: none),
# tokens of a bucket that is new, seconds that this process knows it to be held, calls of the day that this process
# knows of, a name for this call, the day's life as last heard, then the names of calls that were made while Redis did
# not answer (one that it took all the same is known by its name).
# Answers granted (0 or 1), seconds to wait, quota left (-1: none), the day's life.
# The day has a life: a name beside its calls that goes with them when Redis loses its memory. Who finds another life
# than it knew fills the day up to what it knows; what is filled in counts from now, which is later than it was.
TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local step = 1 / tonumber(ARGV[1])
local room = (tonumber(ARGV[2]) - 1) * step
local quota = tonumber(ARGV[4])
local tat = tonumber(redis.call('HGET', KEYS[1], 'tat') or '')
if not tat then tat = now + (tonumber(ARGV[2]) - tonumber(ARGV[5])) * step end
local held = tonumber(ARGV[6])
if held > 0 then tat = math.max(tat, now + held + room) end
local wait = tat - room - now
if wait < 0.000002 then wait = 0 end
local left = -1
local life = ''
if quota > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.6f', now - 86400))
  local found = redis.call('ZRANGEBYSCORE', KEYS[2], '+inf', '+inf')[1]
  life = found or ('life:' .. ARGV[8])
  if not found then redis.call('ZADD', KEYS[2], '+inf', life) end
  for place = 10, #ARGV do redis.call('ZADD', KEYS[2], string.format('%.6f', now), ARGV[place]) end
  local spent = redis.call('ZCARD', KEYS[2]) - 1
  local missing = 0
  if found ~= ARGV[9] then missing = math.max(tonumber(ARGV[7]) - spent, 0) end
  for number = 1, missing do
    redis.call('ZADD', KEYS[2], string.format('%.6f', now), ARGV[8] .. ':' .. number)
  end
  redis.call('EXPIRE', KEYS[2], 172800)
  spent = spent + missing
  left = math.max(quota - spent, 0)
  if spent >= quota then
    local oldest = redis.call('ZRANGE', KEYS[2], spent - quota, spent - quota, 'WITHSCORES')[2]
    wait = math.max(wait, tonumber(oldest) + 86400 - now)
  end
end
if wait > tonumber(ARGV[3]) then return {0, string.format('%.6f', wait), left, life} end
tat = math.max(tat, now + wait) + step
redis.call('HSET', KEYS[1], 'tat', string.format('%.6f', tat))
redis.call('EXPIRE', KEYS[1], math.ceil(tat - now + room) + 60)
if quota > 0 then
  redis.call('ZADD', KEYS[2], string.format('%.6f', now + wait), ARGV[8])
  left = math.max(left - 1, 0)
end
return {1, string.format('%.6f', wait), left, life}
"""

# KEYS: calls of the day. Answers how many there are, and the day's life ('': none).
DAY = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local spent = redis.call('ZCOUNT', KEYS[1], string.format('(%.6f', now - 86400), '(+inf')
return {spent, redis.call('ZRANGEBYSCORE', KEYS[1], '+inf', '+inf')[1] or ''}
"""

# KEYS: bucket. ARGV: rate per second, burst, seconds. The first call goes when the time is over, then the rate.
HOLD = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local over = now + tonumber(ARGV[3])
local room = (tonumber(ARGV[2]) - 1) / tonumber(ARGV[1])
local tat = math.max(tonumber(redis.call('HGET', KEYS[1], 'tat') or '') or now, over + room)
local held = math.max(tonumber(redis.call('HGET', KEYS[1], 'held') or '') or over, over)
redis.call('HSET', KEYS[1], 'tat', string.format('%.6f', tat), 'held', string.format('%.6f', held))
redis.call('EXPIRE', KEYS[1], math.ceil(tat - now) + 60)
return 1
"""

# KEYS: bucket. Answers for how many seconds the bucket is still held.
HELD = """
local time = redis.call('TIME')
local held = tonumber(redis.call('HGET', KEYS[1], 'held') or '') or 0
return string.format('%.6f', math.max(0, held - tonumber(time[1]) - tonumber(time[2]) / 1000000))
"""
