CODE=$(printf %s "$ANSWER" | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p')
case "$ANSWER" in
  *"state=$STATE"*) ;;
  *) CODE='' && echo 'This answer belongs to no request of yours. Do not go on.' ;;
esac

TOKENS=$(curl -sS "$CONTEXTFILE/api/oauth/token" \
  --data-urlencode 'grant_type=authorization_code' \
  --data-urlencode "code=$CODE" \
  --data-urlencode "redirect_uri=$REDIRECT_URI" \
  --data-urlencode "client_id=$CLIENT_ID" \
  --data-urlencode "code_verifier=$VERIFIER")
echo "$TOKENS"
