# Keep both: the callback compares one, and the exchange sends the other
STATE=$(openssl rand -hex 32)
CODE_VERIFIER=$(openssl rand -hex 32)

CODE_CHALLENGE=$(printf %s "$CODE_VERIFIER" | openssl dgst -sha256 -binary |
  openssl base64 -A | tr '+/' '-_' | tr -d '=')

# Open this address in a browser
echo 'https://contextfile.ai/oauth/authorize?response_type=code'\
'&client_id=YOUR_CLIENT_ID'\
'&redirect_uri=YOUR_CALLBACK_URL'\
'&scope=profile:read+contexts:read'\
"&state=$STATE"\
"&code_challenge=$CODE_CHALLENGE"\
'&code_challenge_method=S256'
