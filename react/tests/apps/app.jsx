// A client in two pages: the buttons, and the redirect URI. Its server sends a strict content security policy.
import { ConnectWithContextFile, useConnectCallback } from "@contextfile/react";
import { StrictMode, useState, version } from "react";
import { createRoot } from "react-dom/client";

function Outcome({ outcome }) {
  return outcome && <output data-status={outcome.status}>{JSON.stringify(outcome)}</output>;
}

function Home() {
  const [outcome, setOutcome] = useState(null);
  const query = new URLSearchParams(location.search);
  const app = {
    clientId: query.get("client_id"),
    baseUrl: query.get("base_url"),
    redirectUri: `${location.origin}/callback`,
    scope: "profile:read contexts:read",
    prompt: "consent",
    usePKCE: true,
  };
  return (
    <main>
      <h1>React {version}</h1>
      <ConnectWithContextFile {...app} />
      <ConnectWithContextFile {...app} label="Connect in a popup" variant="outline" popup onConnect={setOutcome} />
      <Outcome outcome={outcome} />
    </main>
  );
}

function Callback() {
  return <Outcome outcome={useConnectCallback()} />;
}

createRoot(document.getElementById("root")).render(
  <StrictMode>{location.pathname === "/callback" ? <Callback /> : <Home />}</StrictMode>,
);
