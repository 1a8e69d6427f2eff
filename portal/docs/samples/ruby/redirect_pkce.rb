require "digest"
require "securerandom"
require "uri"

# Keep both: the callback compares one, and the exchange sends the other
state = SecureRandom.urlsafe_base64(32)
code_verifier = SecureRandom.urlsafe_base64(32)

digest = Digest::SHA256.digest(code_verifier)
parameters = {
  "response_type" => "code",
  "client_id" => "YOUR_CLIENT_ID",
  "redirect_uri" => "https://yourapp.com/callback",
  "scope" => "profile:read contexts:read",
  "state" => state,
  "code_challenge" => [digest].pack("m0").tr("+/", "-_").delete("="),
  "code_challenge_method" => "S256",
}
auth_url = "https://contextfile.ai/oauth/authorize?" + URI.encode_www_form(parameters)

# Redirect user to auth_url
