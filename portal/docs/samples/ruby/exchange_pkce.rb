require "json"
require "net/http"

response = Net::HTTP.post_form(
  URI("https://contextfile.ai/api/oauth/token"),
  "grant_type" => "authorization_code",
  "code" => authorization_code,
  "redirect_uri" => "https://yourapp.com/callback",
  "client_id" => "YOUR_CLIENT_ID",
  "code_verifier" => stored_code_verifier,
)
raise "#{response.code}: #{response.body}" unless response.is_a?(Net::HTTPSuccess)

tokens = JSON.parse(response.body)
# { access_token, refresh_token, expires_in, token_type, scope }
