-- Text messages as Africa's Talking posts them: each a vote from a phone of its own, under an id of its own.
-- Arguments: the first phone's number, a word that makes ids differ between runs.
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local form = "linkId=SampleLinkId123&text=%d&to=44135&id=ATXid_%s%024d&date=%s&from=%%2B7700%07d&networkCode=99999"
local thread
at = 0

function setup(one)
  thread = one
end

function init(arguments)
  at = tonumber(arguments[1])
  word = arguments[2]
  date = os.date("!%Y-%m-%dT%H%%3A%M%%3A%SZ")
end

function request()
  local body = string.format(form, 1 + at % 9, word, at, date, at)
  at = at + 1
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"answered": %d, "refused": %d, "broken": %d, "microseconds": %d, "p99": %d, "next": %d}\n',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration, latency:percentile(99), thread:get("at")))
end
