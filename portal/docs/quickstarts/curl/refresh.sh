REFRESH_TOKEN=$(printf %s "$TOKENS" | sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p')

TOKENS=$(curl -sS "$CONTEXTFILE/api/oauth/token" \
  --data-urlencode 'grant_type=refresh_token' \
  --data-urlencode "refresh_token=$REFRESH_TOKEN" \
  --data-urlencode "client_id=$CLIENT_ID")
echo "$TOKENS"
