<?php

$request = curl_init("https://contextfile.ai/api/oauth/token");
curl_setopt_array($request, [
    CURLOPT_POSTFIELDS => http_build_query([
        "grant_type" => "refresh_token",
        "refresh_token" => $storedRefreshToken,
        "client_id" => getenv("CONTEXTFILE_CLIENT_ID"),
        "client_secret" => getenv("CONTEXTFILE_CLIENT_SECRET"),
    ]),
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 10, // seconds
]);
$body = curl_exec($request);
$status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
if ($status !== 200) {
    throw new RuntimeException("$status: " . ($body ?: curl_error($request)));
}

// Keep the new refresh token: the one that you sent is used up
$newTokens = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
