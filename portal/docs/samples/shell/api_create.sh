curl --fail-with-body 'https://contextfile.ai/api/v1/contexts' \
  --header "Authorization: Bearer $ACCESS_TOKEN" \
  --header 'Content-Type: application/json' \
  --header "Idempotency-Key: $KEY" \
  --data '{"name": "Brand voice", "content": "# Brand voice\n\nWarm and plain.\n", "context_type": "brand"}'
