import os

import requests

response = requests.post(
    "https://contextfile.ai/api/oauth/introspect",
    data={
        "token": access_token,
        "client_id": os.environ["CONTEXTFILE_CLIENT_ID"],
        "client_secret": os.environ["CONTEXTFILE_CLIENT_SECRET"],
    },
    timeout=10,
)
if not response.ok:
    raise RuntimeError(f"{response.status_code}: {response.text}")

introspection = response.json()
# {"active", "scope", "exp", …}, or only {"active": False}
