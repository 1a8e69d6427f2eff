ACCESS_TOKEN=$(printf %s "$TOKENS" | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')

curl -sS "$CONTEXTFILE/api/v1/contexts" -H "Authorization: Bearer $ACCESS_TOKEN"
