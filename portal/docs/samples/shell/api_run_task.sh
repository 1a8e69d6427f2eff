RUN=$(curl --fail-with-body --silent "https://contextfile.ai/api/v1/tasks/$TASK_ID/execute" \
  --header "Authorization: Bearer $ACCESS_TOKEN" \
  --header 'Content-Type: application/json' \
  --data '{"input": "The new roastery opens on Monday."}')
RUN_ID=$(printf %s "$RUN" | sed 's/^{"data":{"id":"\([0-9]*\)".*/\1/')

curl --fail-with-body --no-buffer "https://contextfile.ai/api/v1/runs/$RUN_ID/events" \
  --header "Authorization: Bearer $ACCESS_TOKEN"
