-- One new interaction per request, of random customers, for `wrk -s interactions.lua URL`: each brings two facts and
-- its conversation, every fourth one an attempt. Environment: as lookup.lua.

local load = dofile(debug.getinfo(1, "S").source:match("^@(.-)[^/]*$") .. "load.lua")

setup, done = load.setup, load.done

local ATTEMPT = ',"attempt":{"what":"Restarted the router","outcome":"failed"}'
local BODY = table.concat({
  '{"source":"bench","source_event_id":"%s-%d-%d","occurred_at":"%s"',
  '"channel":"chatbot","kind":"message","direction":"inbound"',
  '"identities":[{"kind":"phone","value":"%s"}]',
  '"conversation":{"ref":"bench:%s","subject":"Router does not connect"}',
  '"text":"Since this morning the router blinks red and nothing in the house connects any more."',
  '"language":"en","facts":{"order_number":"A-%d","error_code":"E42"}%s}',
}, ",")

local count = 0

function init()
  load.seed_random()
end

function request()
  count = count + 1
  local phone, now = load.random_phone(), os.date("!%Y-%m-%dT%H:%M:%SZ")
  local attempt = count % 4 == 0 and ATTEMPT or ""
  -- The run's nonce, the thread and the count: no two requests of any two runs are the same event.
  local body = string.format(BODY, run_nonce, thread_id, count, now, phone, phone, count, attempt)
  return wrk.format("POST", "/v1/interactions", load.headers, body)
end
