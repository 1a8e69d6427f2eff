require "json"
require "net/http"

response = Net::HTTP.get_response(
  URI("https://contextfile.ai/api/v1/contexts"),
  "Authorization" => "Bearer #{access_token}",
)
raise "#{response.code}: #{response.body}" unless response.is_a?(Net::HTTPSuccess)

contexts = JSON.parse(response.body)
