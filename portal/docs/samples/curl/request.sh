curl --fail-with-body 'https://contextfile.ai/api/v1/contexts' \
  --header "Authorization: Bearer $ACCESS_TOKEN"
