parameter() {
  printf '%s\n' "$ADDRESS" | sed -n "s/.*[?&]$1=\([^&#]*\).*/\1/p" |
    sed 's/%3A/:/g; s/%2F/\//g; s/+/ /g'
}

code_from_callback() {
  printf 'Paste the whole address that the browser came back to: ' >&2
  IFS= read -r ADDRESS
  if [ -z "$STATE" ] || [ "$(parameter state)" != "$STATE" ]; then
    echo 'This answer belongs to no request of yours. Connect again.' >&2
    return 1
  fi
  if [ "$(parameter iss)" != 'https://contextfile.ai' ]; then
    echo 'This answer is not from ContextFile.' >&2
    return 1
  fi
  if [ -z "$(parameter code)" ]; then
    echo "$(parameter error): $(parameter error_description)" >&2
    return 1
  fi
  parameter code
}

AUTHORIZATION_CODE=$(code_from_callback)
