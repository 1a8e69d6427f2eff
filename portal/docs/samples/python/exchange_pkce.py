import requests

response = requests.post(
    "https://contextfile.ai/api/oauth/token",
    data={
        "grant_type": "authorization_code",
        "code": authorization_code,
        "redirect_uri": "https://yourapp.com/callback",
        "client_id": "YOUR_CLIENT_ID",
        "code_verifier": stored_code_verifier,
    },
    timeout=10,
)
if not response.ok:
    raise RuntimeError(f"{response.status_code}: {response.text}")

tokens = response.json()
# {"access_token", "refresh_token", "expires_in", "token_type", "scope"}
