import os

import requests

# In your callback handler (server-side)
response = requests.post(
    "https://contextfile.ai/api/oauth/token",
    data={
        "grant_type": "authorization_code",
        "code": authorization_code,
        "redirect_uri": "https://yourapp.com/callback",
        "client_id": os.environ["CONTEXTFILE_CLIENT_ID"],
        "client_secret": os.environ["CONTEXTFILE_CLIENT_SECRET"],
    },
    timeout=10,
)
if not response.ok:
    raise RuntimeError(f"{response.status_code}: {response.text}")

tokens = response.json()
# {"access_token", "refresh_token", "expires_in", "token_type", "scope"}
