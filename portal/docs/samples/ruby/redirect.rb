require "securerandom"
require "uri"

# Keep it in the user’s session: the callback compares it
state = SecureRandom.urlsafe_base64(32)

parameters = {
  "response_type" => "code",
  "client_id" => "YOUR_CLIENT_ID",
  "redirect_uri" => "https://yourapp.com/callback",
  "scope" => "profile:read contexts:read",
  "state" => state,
}
auth_url = "https://contextfile.ai/oauth/authorize?" + URI.encode_www_form(parameters)

# Redirect user to auth_url
