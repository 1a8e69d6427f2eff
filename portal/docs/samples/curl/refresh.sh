# Keep the new refresh_token: the one that you sent is used up
curl --fail-with-body 'https://contextfile.ai/api/oauth/token' \
  --data-urlencode 'grant_type=refresh_token' \
  --data-urlencode "refresh_token=$STORED_REFRESH_TOKEN" \
  --data-urlencode "client_id=$CONTEXTFILE_CLIENT_ID" \
  --data-urlencode "client_secret=$CONTEXTFILE_CLIENT_SECRET"
