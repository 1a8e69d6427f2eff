import requests

response = requests.get(
    "https://contextfile.ai/api/v1/contexts",
    headers={"Authorization": f"Bearer {access_token}"},
    timeout=10,
)
if not response.ok:
    raise RuntimeError(f"{response.status_code}: {response.text}")

contexts = response.json()
