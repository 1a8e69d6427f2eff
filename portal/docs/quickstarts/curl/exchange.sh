parameter() {
  printf '%s\n' "$ANSWER" | sed -n "s/.*[?&]$1=\([^&#]*\).*/\1/p" |
    sed 's/%3A/:/g; s/%2F/\//g; s/+/ /g'
}

if [ -z "$STATE" ] || [ "$(parameter state)" != "$STATE" ]; then
  echo 'This answer belongs to no request of yours. Connect again.'
elif [ "$(parameter iss)" != "$CONTEXTFILE" ]; then
  echo 'This answer is not from ContextFile.'
elif [ -z "$(parameter code)" ]; then
  echo "$(parameter error): $(parameter error_description)"
else
  TOKENS=$(curl -sS "$CONTEXTFILE/api/oauth/token" \
    --data-urlencode 'grant_type=authorization_code' \
    --data-urlencode "code=$(parameter code)" \
    --data-urlencode "redirect_uri=$REDIRECT_URI" \
    --data-urlencode "client_id=$CLIENT_ID" \
    --data-urlencode "code_verifier=$VERIFIER")
  echo "$TOKENS"
fi
