-- KEYS[1] the lease, KEYS[2] the cached views of one customer (one hash tag). ARGV[1] the version a write came to.
-- Drops views older than that, and then the lease too: its holder may have read before the write. Views as new or newer
-- stay, and need no end of the lease: they refuse an older fill themselves.
local present = redis.call('HGET', KEYS[2], 'ver')
if present and tonumber(present) >= tonumber(ARGV[1]) then
    return 0
end
return redis.call('DEL', KEYS[1], KEYS[2])
