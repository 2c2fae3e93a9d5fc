-- Gives REST answers the statuses and bodies of the contract.
--
-- The transcoder has turned the gRPC answer into JSON by now; this sees it last. Native gRPC and gRPC-Web pass
-- untouched. Answers are changed in three places only: the success statuses that differ from 200, which the routes name,
-- errors, whose google.rpc.Status becomes {"detail": ...}, and what Envoy says of a request that it cannot read.

local INVALID_ARGUMENT, RESOURCE_EXHAUSTED, OUT_OF_RANGE, UNAVAILABLE = "3", "8", "11", "14"

-- Where the contract departs from the usual mapping of gRPC codes.
local HTTP_STATUS = { [INVALID_ARGUMENT] = "422", [OUT_OF_RANGE] = "413" }

-- A quotation mark inside a JSON string is escaped, so none of these can come from a message's text.
local CODE = '^{"code":(%d+),'
local MESSAGE = '"message":"'
local VALIDATION_ERROR = '"@type":"type.googleapis.com/csvconverter.v1.HttpValidationError",'
local RETRY_SECONDS = '"retry_delay":"([%d.]+)s"'

-- Returns the JSON string, quotation marks included, that starts with the one at `first`.
local function json_string(text, first)
  local position = first + 1
  while true do
    local found = text:find('["\\]', position)
    if not found then
      return '""'
    elseif text:sub(found, found) == '"' then
      return text:sub(first, found)
    end
    position = found + 2
  end
end

-- Returns the message of a google.rpc.Status, as JSON.
local function message_of(status)
  local _, quote = status:find(MESSAGE, 1, true)
  return quote and json_string(status, quote) or '""'
end

-- Returns the body that stands for a google.rpc.Status: the fields that are wrong where the server names them, which
-- it does in the last of the details, and the message otherwise.
local function error_body(status)
  local _, last = status:find(VALIDATION_ERROR, 1, true)
  if last then
    return "{" .. status:sub(last + 1, -3)
  end
  return '{"detail":' .. message_of(status) .. "}"
end

-- What is wanted where a field has a value of the wrong type, by Envoy's name of the type.
local WANTED = {
  TYPE_BYTES = { "base64_decode", "wanted a file in base64" },
  TYPE_INT32 = { "int_parsing", "wanted a whole number" },
  TYPE_STRING = { "string_type", "wanted a text" },
}

-- What Envoy says of a request that it cannot read, as {pattern, type, message}. The captures are the name of a field and
-- words of Envoy's own; the patterns let nothing else of the request through, since it may be long, secret or hostile.
local MISTAKES = {
  { "^([%l_]+): .* for type (TYPE_%u+%d*)$" },
  { "^([%l_]+): .* for type type%.googleapis%.com/[%w.]+$", "dict_type", "wanted an object" },
  { "^([%l_]+)%[%d+%]%.value: .* for type TYPE_STRING$", "string_type", "wanted texts as values" },
  { "^: .* Cannot bind a list to map for field '([%w_]+)'", "dict_type", "wanted an object, found an array" },
  { "^: .* Starting an object on a scalar field for type ([%w_]+)$", "value_error", "wanted one value, found an object" },
  { '^Could not find field "([%a_][%w_.-]*)" in the type ', "extra_forbidden", "there is no such parameter" },
  { "of the field ([%w_]+) is conflicting with the value .* in the body%.$", "value_error", "the path says otherwise" },
  { "^: Root element must be a message", "dict_type", "wanted a JSON object" },
  { "^: Proto field is not repeating", "value_error", "wanted one value, found an array" },
  { "^Message too deep", "json_invalid", "the JSON is nested too deeply" },
}
local SYNTAX = "^(%u[%w ,.:{}%[%]-]+)%.\n" -- what the parser says; behind it stands a piece of the body
local END = 500 -- bytes
local SHOWN = 64 -- the most characters of a parameter's name that are repeated

-- Returns what is wrong with a request: the name of a field, empty when it is not known, the type and the message.
local function mistake_of(said)
  for _, mistake in ipairs(MISTAKES) do
    local pattern, kind, message = unpack(mistake)
    local first, _, field, wanted = said:find(pattern)
    if wanted then
      kind, message = unpack(WANTED[wanted] or { "value_error", "the value is of the wrong type" })
    end
    if first then
      return field or "", kind, message
    end
  end
  local syntax = said:match(SYNTAX)
  if syntax then
    return "", "json_invalid", "the JSON cannot be read: " .. syntax
  end
  return "", "value_error", "this cannot be read"
end

-- Returns a text of Envoy's without the middle: the caller's own value, which may be a whole file.
local function ends_of(body)
  local length = body:length()
  if length <= 2 * END then
    return body:getBytes(0, length)
  end
  return body:getBytes(0, END) .. body:getBytes(length - END, END)
end

-- Says what is wrong with a request that Envoy could not turn into a call. Envoy's own text repeats the caller's value.
local function explain_malformed(handle, place)
  local body = handle:body(true)
  local field, kind, message = mistake_of(ends_of(body))
  local loc = (field == "" or #field > SHOWN) and "" or '","' .. field
  local answer = '{"detail":[{"loc":["%s%s"],"msg":"%s","type":"%s"}]}'
  local length = body:setBytes(answer:format(place, loc, message, kind))
  local headers = handle:headers()
  headers:remove("x-malformed")
  headers:replace("content-type", "application/json")
  headers:replace("content-length", tostring(length))
end

-- Turns a google.rpc.Status into the contract's status and body. What Envoy itself refuses has its body already.
local function rewrite_error(handle)
  local body = handle:body(true)
  local status = body:getBytes(0, body:length())
  local code = status:match(CODE)
  if not code then
    return
  end
  local length = body:setBytes(error_body(status))
  local headers = handle:headers() -- those from before body() are no longer valid
  headers:replace(":status", HTTP_STATUS[code] or headers:get(":status"))
  headers:replace("content-type", "application/json")
  headers:replace("content-length", tostring(length))
  if (code == RESOURCE_EXHAUSTED or code == UNAVAILABLE) and not headers:get("retry-after") then
    local seconds = tonumber(status:match(RETRY_SECONDS) or 1)
    headers:add("retry-after", tostring(math.max(1, math.ceil(seconds))))
  end
end

-- Sets the success status that the route names.
local function rewrite_success(handle, success_status)
  if success_status == "204" then
    handle:body(true):setBytes("")
    handle:headers():remove("content-type")
    handle:headers():remove("content-length")
    handle:headers():replace("cache-control", "no-transform") -- the compressor would make bytes of nothing
  end
  handle:headers():replace(":status", success_status)
end

-- Tells how long a file is that comes in pieces, so that callers notice when the connection breaks before its end.
local function announce_length(headers)
  local length = headers:get("x-content-length")
  if length then
    headers:replace("content-length", length)
    headers:remove("x-content-length")
  end
end

-- Asks proxies to pass events on at once instead of keeping or gathering them; nginx has a header of its own for that.
local function announce_events(headers)
  if headers:get("content-type") == "text/event-stream" then
    headers:replace("cache-control", "no-cache")
    headers:replace("x-accel-buffering", "no")
  end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  if (headers:get("content-type") or ""):find("application/grpc", 1, true) then
    return
  end
  for _, name in ipairs({ "grpc-status", "grpc-message", "grpc-accept-encoding" }) do
    headers:remove(name)
  end
  local malformed = headers:get("x-malformed")
  if malformed then
    explain_malformed(handle, malformed)
  elseif tonumber(headers:get(":status")) >= 400 then
    rewrite_error(handle)
  else
    announce_length(headers)
    announce_events(headers)
    local success_status = handle:filterContext():get("success_status")
    if success_status then
      rewrite_success(handle, success_status)
    end
  end
end
