<?php

const CONTEXTFILE = "https://contextfile.ai";
const SCOPE = "profile:read contexts:read";
define("REDIRECT_URI", getenv("CONTEXTFILE_REDIRECT_URI") ?: "http://localhost:3000/callback");

$method = $_SERVER["REQUEST_METHOD"];
if ($method === "POST" && ($_SERVER["HTTP_SEC_FETCH_SITE"] ?? "") === "cross-site") {
    http_response_code(403); // before it gets a session, in place of the user's own
    exit("Another site has sent this form.");
}

// Sessions, with the users' tokens, are files on this server: keep yours in a database.
session_start(["cookie_httponly" => true, "cookie_samesite" => "Lax", "use_strict_mode" => true]);

function send(string $path, array $options): array
{
    $curl = curl_init(CONTEXTFILE . $path);
    curl_setopt_array($curl, $options + [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10]);
    $body = curl_exec($curl);
    if ($body === false) {
        throw new RuntimeException(curl_error($curl));
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), json_decode($body, true)];
}

function post(string $path, array $form): array
{
    $form["client_id"] = getenv("CONTEXTFILE_CLIENT_ID");
    $form["client_secret"] = getenv("CONTEXTFILE_CLIENT_SECRET");
    return send($path, [CURLOPT_POSTFIELDS => http_build_query($form)]);
}

function call_api(string $path): array
{
    $call = function () use ($path) {
        $token = $_SESSION["tokens"]["access_token"];
        return send($path, [CURLOPT_HTTPHEADER => ["Authorization: Bearer $token"]]);
    };
    $answer = $call();
    return $answer[0] === 401 && refresh() ? $call() : $answer; // the access token had expired
}

function refresh(): bool
{
    [$status, $answer] = post("/api/oauth/token", [
        "grant_type" => "refresh_token",
        "refresh_token" => $_SESSION["tokens"]["refresh_token"],
    ]);
    if ($status === 400) { // invalid_grant: the user has ended it, or it has expired
        unset($_SESSION["tokens"]);
    } elseif ($status === 200) {
        $_SESSION["tokens"] = $answer; // the refresh token is a new one, too
    } else {
        throw new RuntimeException("ContextFile answers $status");
    }
    return $status === 200;
}

function login(): never
{
    [$state, $verifier] = [bin2hex(random_bytes(32)), bin2hex(random_bytes(32))];
    $hash = hash("sha256", $verifier, true);
    $_SESSION["pending"] = [$state, $verifier]; // this browser's alone
    go_to(CONTEXTFILE . "/oauth/authorize?" . http_build_query([
        "response_type" => "code",
        "client_id" => getenv("CONTEXTFILE_CLIENT_ID"),
        "redirect_uri" => REDIRECT_URI,
        "scope" => SCOPE,
        "state" => $state,
        "code_challenge" => rtrim(strtr(base64_encode($hash), "+/", "-_"), "="),
        "code_challenge_method" => "S256",
    ]));
}

function callback(): never
{
    [$state, $verifier] = $_SESSION["pending"] ?? ["", ""];
    unset($_SESSION["pending"]);
    $names = ["code", "state", "iss", "error", "error_description"];
    $sent = array_filter($_GET, "is_string") + array_fill_keys($names, "");
    if (!$state || !hash_equals($state, $sent["state"])) {
        page("This answer belongs to no request of yours. Connect again.", status: 400);
    }
    if ($sent["iss"] !== CONTEXTFILE) {
        page("This answer is not from ContextFile.", status: 400);
    }
    if ($sent["error"]) {
        page("No access was given. " . $sent["error_description"], status: 403);
    }
    [$status, $answer] = post("/api/oauth/token", [
        "grant_type" => "authorization_code",
        "code" => $sent["code"],
        "redirect_uri" => REDIRECT_URI,
        "code_verifier" => $verifier,
    ]);
    if ($status !== 200) {
        page($answer["error_description"], status: 502);
    }
    session_regenerate_id(true);
    $_SESSION["tokens"] = $answer;
    go_to("/");
}

function disconnect(): never
{
    if (isset($_SESSION["tokens"])) {
        // Revoking the refresh token ends the access token as well.
        $form = ["token" => $_SESSION["tokens"]["refresh_token"]];
        try {
            [$status] = post("/api/oauth/revoke", $form);
        } catch (RuntimeException) {
            $status = 0;
        }
        if ($status !== 200) {
            page("ContextFile could not be reached; nothing was ended. Try again.", [], 502);
        }
        unset($_SESSION["tokens"]);
    }
    go_to("/");
}

function home(): never
{
    if (!isset($_SESSION["tokens"])) {
        page();
    }
    [, $answer] = call_api("/api/v1/contexts");
    page($answer["message"] ?? "", $answer["data"] ?? null);
}

function go_to(string $address): never
{
    header("Location: $address");
    exit;
}

function page(string $problem = "", ?array $contexts = null, int $status = 200): never
{
    http_response_code($status); ?>
<!doctype html>
<html lang="en">
<title>My app</title>
<h1>My app</h1>
<?php if ($problem): ?><p role="alert"><?= htmlspecialchars($problem) ?></p><?php endif ?>
<?php if ($contexts !== null): ?>
<ul>
<?php foreach ($contexts as $context): ?><li><?= htmlspecialchars($context["name"]) ?></li><?php endforeach ?>

</ul>
<form method="post" action="/disconnect"><button>Disconnect</button></form>
<?php else: ?>
<a href="/login">Connect with ContextFile</a>
<?php endif;
    exit;
}

match ($method . " " . parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH)) {
    "GET /" => home(),
    "GET /login" => login(),
    "GET " . parse_url(REDIRECT_URI, PHP_URL_PATH) => callback(),
    "POST /disconnect" => disconnect(),
    default => page("There is no such page.", status: 404),
};
