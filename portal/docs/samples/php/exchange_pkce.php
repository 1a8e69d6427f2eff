<?php

$request = curl_init("https://contextfile.ai/api/oauth/token");
curl_setopt_array($request, [
    CURLOPT_POSTFIELDS => http_build_query([
        "grant_type" => "authorization_code",
        "code" => $authorizationCode,
        "redirect_uri" => "https://yourapp.com/callback",
        "client_id" => "YOUR_CLIENT_ID",
        "code_verifier" => $storedCodeVerifier,
    ]),
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 10, // seconds
]);
$body = curl_exec($request);
$status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
if ($status !== 200) {
    throw new RuntimeException("$status: " . ($body ?: curl_error($request)));
}

$tokens = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
// access_token, refresh_token, expires_in, token_type, scope
