# Keep STATE: the callback compares it
STATE=$(openssl rand -hex 32)

# Open this address in a browser
echo 'https://contextfile.ai/oauth/authorize?response_type=code'\
'&client_id=YOUR_CLIENT_ID'\
'&redirect_uri=YOUR_CALLBACK_URL'\
'&scope=profile:read+contexts:read'\
"&state=$STATE"
