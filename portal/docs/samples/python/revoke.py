import os

import requests

# When the user disconnects: the refresh token takes its access tokens along
response = requests.post(
    "https://contextfile.ai/api/oauth/revoke",
    data={
        "token": stored_refresh_token,
        "client_id": os.environ["CONTEXTFILE_CLIENT_ID"],
        "client_secret": os.environ["CONTEXTFILE_CLIENT_SECRET"],
    },
    timeout=10,
)
if not response.ok:
    raise RuntimeError(f"{response.status_code}: {response.text}")
