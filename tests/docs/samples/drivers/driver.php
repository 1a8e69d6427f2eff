<?php

// Runs a PHP sample with what its reader supplies, and prints as JSON what it has made.

set_error_handler(fn($level, $message, $file, $line) => throw new ErrorException($message, 0, $level, $file, $line));

function taken(array $query, string $storedState): array
{
    try {
        return ["code" => codeFromCallback($query, $storedState)];
    } catch (RuntimeException $error) {
        return ["refused" => $error->getMessage()];
    }
}

extract(json_decode(getenv("GIVEN"), true));
require $argv[1];

$shown = compact(array_slice($argv, 2));
$shown["cases"] = array_map(fn($case) => taken(...$case), $cases ?? []);
echo json_encode($shown);
