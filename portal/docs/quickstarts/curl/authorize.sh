CONTEXTFILE='https://contextfile.ai'
CLIENT_ID='YOUR_CLIENT_ID'
REDIRECT_URI='http://localhost:3000/callback'
SCOPE='profile:read contexts:read'

STATE=$(openssl rand -hex 32)
VERIFIER=$(openssl rand -hex 32)
CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | openssl base64 |
  tr '+/' '-_' | tr -d '=')

curl -sSG -o /dev/null -w 'Open this address in your browser:\n\n%{url_effective}\n\n' \
  "$CONTEXTFILE/oauth/authorize" \
  --data-urlencode 'response_type=code' \
  --data-urlencode "client_id=$CLIENT_ID" \
  --data-urlencode "redirect_uri=$REDIRECT_URI" \
  --data-urlencode "scope=$SCOPE" \
  --data-urlencode "state=$STATE" \
  --data-urlencode "code_challenge=$CHALLENGE" \
  --data-urlencode 'code_challenge_method=S256'
