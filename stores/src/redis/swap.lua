-- KEYS[1]: a hash. ARGV: field, new text, and the old text if there has to be one. Returns 1 if the new text is there now.
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored == ARGV[2] then
  return 1
end
if (stored or nil) ~= ARGV[3] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
