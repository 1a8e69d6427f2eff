# AUTHORIZATION_CODE is the code that came to your redirect URI
curl --fail-with-body 'https://contextfile.ai/api/oauth/token' \
  --data-urlencode 'grant_type=authorization_code' \
  --data-urlencode "code=$AUTHORIZATION_CODE" \
  --data-urlencode 'redirect_uri=https://yourapp.com/callback' \
  --data-urlencode "client_id=$CONTEXTFILE_CLIENT_ID" \
  --data-urlencode "client_secret=$CONTEXTFILE_CLIENT_SECRET"
