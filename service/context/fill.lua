-- KEYS[1] the lease, KEYS[2] the cached views of one customer (one hash tag).
-- ARGV[1] the lease's token, ARGV[2] the version, ARGV[3] the lifetime in ms, then field, value, field, value, ...
-- Stores only while the lease lives (a write, a flush or a restart ended it) and nothing newer is there; gives 1 if stored.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local present = redis.call('HGET', KEYS[2], 'ver')
if present and tonumber(present) > tonumber(ARGV[2]) then
    return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
