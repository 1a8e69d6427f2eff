import os

import requests

response = requests.post(
    "https://contextfile.ai/api/oauth/token",
    data={
        "grant_type": "refresh_token",
        "refresh_token": stored_refresh_token,
        "client_id": os.environ["CONTEXTFILE_CLIENT_ID"],
        "client_secret": os.environ["CONTEXTFILE_CLIENT_SECRET"],
    },
    timeout=10,
)
if not response.ok:
    raise RuntimeError(f"{response.status_code}: {response.text}")

# Keep the new refresh token: the one that you sent is used up
new_tokens = response.json()
