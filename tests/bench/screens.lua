-- USSD menus as Africa's Talking posts them: a new session, the ballot, a proposal, "no". Nobody votes.
-- A phone's next step comes after the same step of BLOCK other phones, so that its turns never overlap.
-- Arguments: the first phone's number, a word that makes sessions differ between runs.
local BLOCK = 256
local STEPS = { "", "1", "1*3", "1*3*2" }
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local form = "phoneNumber=%%2B7700%07d&serviceCode=*384*44135%%23&text=%s&sessionId=ATUid_%s%024d&networkCode=99999"
local thread
at = 0

function setup(one)
  thread = one
end

function init(arguments)
  first = tonumber(arguments[1])
  word = arguments[2]
end

function request()
  local round = math.floor(at / (BLOCK * #STEPS))
  local step = 1 + math.floor(at / BLOCK) % #STEPS
  local body = string.format(form, first + at % BLOCK, STEPS[step], word, round * BLOCK + at % BLOCK)
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
