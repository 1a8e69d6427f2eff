require "json"
require "net/http"

response = Net::HTTP.post_form(
  URI("https://contextfile.ai/api/oauth/token"),
  "grant_type" => "refresh_token",
  "refresh_token" => stored_refresh_token,
  "client_id" => ENV.fetch("CONTEXTFILE_CLIENT_ID"),
  "client_secret" => ENV.fetch("CONTEXTFILE_CLIENT_SECRET"),
)
raise "#{response.code}: #{response.body}" unless response.is_a?(Net::HTTPSuccess)

# Keep the new refresh token: the one that you sent is used up
new_tokens = JSON.parse(response.body)
