curl --fail-with-body 'https://contextfile.ai/api/oauth/introspect' \
  --data-urlencode "token=$ACCESS_TOKEN" \
  --data-urlencode "client_id=$CONTEXTFILE_CLIENT_ID" \
  --data-urlencode "client_secret=$CONTEXTFILE_CLIENT_SECRET"
