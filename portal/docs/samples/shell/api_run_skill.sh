curl --fail-with-body "https://contextfile.ai/api/v1/skills/$SKILL_ID/execute" \
  --header "Authorization: Bearer $ACCESS_TOKEN" \
  --header 'Content-Type: application/json' \
  --data '{"input": "The new roastery opens on Monday.", "variables": {"topic": "News from the roastery"}}'
