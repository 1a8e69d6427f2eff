require "json"
require "net/http"

# In your callback handler (server-side)
response = Net::HTTP.post_form(
  URI("https://contextfile.ai/api/oauth/token"),
  "grant_type" => "authorization_code",
  "code" => authorization_code,
  "redirect_uri" => "https://yourapp.com/callback",
  "client_id" => ENV.fetch("CONTEXTFILE_CLIENT_ID"),
  "client_secret" => ENV.fetch("CONTEXTFILE_CLIENT_SECRET"),
)
raise "#{response.code}: #{response.body}" unless response.is_a?(Net::HTTPSuccess)

tokens = JSON.parse(response.body)
# { access_token, refresh_token, expires_in, token_type, scope }
