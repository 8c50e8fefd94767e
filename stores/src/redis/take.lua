-- Gives out turns. KEYS: the lane, and what this request was given before. ARGV: microseconds between turns, how many.
-- Returns the microseconds from now to the first; the others follow in the same distance. A request that comes again gets the same.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local given = redis.call('GET', KEYS[2])
if given then
  return given - now
end
local first = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local next = first + ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000) + 1000)
redis.call('SET', KEYS[2], string.format('%.0f', first), 'PX', 60000)
return first - now
