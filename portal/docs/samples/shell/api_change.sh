curl --fail-with-body --request PATCH "https://contextfile.ai/api/v1/contexts/$CONTEXT_ID" \
  --header "Authorization: Bearer $ACCESS_TOKEN" \
  --header 'Content-Type: application/json' \
  --header "If-Match: \"$VERSION\"" \
  --data '{"content": "# Brand voice\n\nWarm, plain, a little dry.\n"}'
