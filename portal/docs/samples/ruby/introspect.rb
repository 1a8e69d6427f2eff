require "json"
require "net/http"

response = Net::HTTP.post_form(
  URI("https://contextfile.ai/api/oauth/introspect"),
  "token" => access_token,
  "client_id" => ENV.fetch("CONTEXTFILE_CLIENT_ID"),
  "client_secret" => ENV.fetch("CONTEXTFILE_CLIENT_SECRET"),
)
raise "#{response.code}: #{response.body}" unless response.is_a?(Net::HTTPSuccess)

introspection = JSON.parse(response.body)
# { active, scope, exp, … }, or only { active: false }
