curl --fail-with-body --get 'https://contextfile.ai/api/v1/contexts' \
  --header "Authorization: Bearer $ACCESS_TOKEN" \
  --data-urlencode 'query=brand voice' \
  --data 'sort=-updated_at' --data 'limit=50' --data 'fields=id,name,size'
