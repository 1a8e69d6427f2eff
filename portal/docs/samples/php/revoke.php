<?php

// When the user disconnects: the refresh token takes its access tokens along
$request = curl_init("https://contextfile.ai/api/oauth/revoke");
curl_setopt_array($request, [
    CURLOPT_POSTFIELDS => http_build_query([
        "token" => $storedRefreshToken,
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
