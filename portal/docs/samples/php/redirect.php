<?php

// Keep it in the user’s session: the callback compares it
$state = bin2hex(random_bytes(32));

$authUrl = "https://contextfile.ai/oauth/authorize?" . http_build_query([
    "response_type" => "code",
    "client_id" => "YOUR_CLIENT_ID",
    "redirect_uri" => "https://yourapp.com/callback",
    "scope" => "profile:read contexts:read",
    "state" => $state,
]);

// Redirect user
header("Location: $authUrl");
