<?php

$request = curl_init("https://contextfile.ai/api/v1/contexts");
curl_setopt_array($request, [
    CURLOPT_HTTPHEADER => ["Authorization: Bearer $accessToken"],
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_TIMEOUT => 10, // seconds
]);
$body = curl_exec($request);
$status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
if ($status !== 200) {
    throw new RuntimeException("$status: " . ($body ?: curl_error($request)));
}

$contexts = json_decode($body, true, flags: JSON_THROW_ON_ERROR);
