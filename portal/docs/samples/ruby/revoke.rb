require "net/http"

# When the user disconnects: the refresh token takes its access tokens along
response = Net::HTTP.post_form(
  URI("https://contextfile.ai/api/oauth/revoke"),
  "token" => stored_refresh_token,
  "client_id" => ENV.fetch("CONTEXTFILE_CLIENT_ID"),
  "client_secret" => ENV.fetch("CONTEXTFILE_CLIENT_SECRET"),
)
raise "#{response.code}: #{response.body}" unless response.is_a?(Net::HTTPSuccess)
