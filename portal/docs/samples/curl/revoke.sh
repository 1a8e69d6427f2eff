# When the user disconnects: the refresh token takes its access tokens along
curl --fail-with-body 'https://contextfile.ai/api/oauth/revoke' \
  --data-urlencode "token=$STORED_REFRESH_TOKEN" \
  --data-urlencode "client_id=$CONTEXTFILE_CLIENT_ID" \
  --data-urlencode "client_secret=$CONTEXTFILE_CLIENT_SECRET"
