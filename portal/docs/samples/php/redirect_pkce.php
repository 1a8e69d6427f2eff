<?php

// Keep both: the callback compares one, and the exchange sends the other
$state = bin2hex(random_bytes(32));
$codeVerifier = bin2hex(random_bytes(32));

$digest = hash("sha256", $codeVerifier, binary: true);
$authUrl = "https://contextfile.ai/oauth/authorize?" . http_build_query([
    "response_type" => "code",
    "client_id" => "YOUR_CLIENT_ID",
    "redirect_uri" => "https://yourapp.com/callback",
    "scope" => "profile:read contexts:read",
    "state" => $state,
    "code_challenge" => rtrim(strtr(base64_encode($digest), "+/", "-_"), "="),
    "code_challenge_method" => "S256",
]);

// Redirect user
header("Location: $authUrl");
