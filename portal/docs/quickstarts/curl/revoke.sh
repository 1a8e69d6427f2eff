REFRESH_TOKEN=$(printf %s "$TOKENS" | sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p')

curl -sS -o /dev/null -w '%{http_code}\n' "$CONTEXTFILE/api/oauth/revoke" \
  --data-urlencode "token=$REFRESH_TOKEN" \
  --data-urlencode "client_id=$CLIENT_ID"
