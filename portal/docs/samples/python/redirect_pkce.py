import base64
import hashlib
import secrets
from urllib.parse import urlencode

# Keep both: the callback compares one, and the exchange sends the other
state = secrets.token_urlsafe(32)
code_verifier = secrets.token_urlsafe(32)

digest = hashlib.sha256(code_verifier.encode()).digest()
parameters = {
    "response_type": "code",
    "client_id": "YOUR_CLIENT_ID",
    "redirect_uri": "https://yourapp.com/callback",
    "scope": "profile:read contexts:read",
    "state": state,
    "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
    "code_challenge_method": "S256",
}
auth_url = "https://contextfile.ai/oauth/authorize?" + urlencode(parameters)

# Redirect user to auth_url
