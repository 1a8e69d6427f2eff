<?php

$request = curl_init("https://contextfile.ai/api/oauth/introspect");
curl_setopt_array($request, [
    CURLOPT_POSTFIELDS => http_build_query([
        "token" => $accessToken,
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

$introspection = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
// active, scope, exp, …, or only active: false
