<?php

// $query: the parameters of the callback’s address, $_GET
function codeFromCallback(array $query, string $storedState): string
{
    $query = array_filter($query, "is_string"); // state[]=x makes an array
    // Not the answer to this user’s own request
    if ($storedState === "" || !hash_equals($storedState, $query["state"] ?? "")) {
        throw new RuntimeException("This answer belongs to no request of yours. Connect again.");
    }
    // Not an answer from this server (RFC 9207)
    if (($query["iss"] ?? "") !== "https://contextfile.ai") {
        throw new RuntimeException("This answer is not from ContextFile.");
    }
    // The user did not allow it, or the request was wrong
    if (empty($query["code"])) {
        throw new RuntimeException(($query["error"] ?? "") . ": " . ($query["error_description"] ?? ""));
    }
    return $query["code"];
}
