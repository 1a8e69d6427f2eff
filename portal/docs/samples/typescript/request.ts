const response = await fetch('https://contextfile.ai/api/v1/contexts', {
  headers: {
    'Authorization': `Bearer ${accessToken}`,
    'Content-Type': 'application/json',
  },
  signal: AbortSignal.timeout(10_000),
});
if (!response.ok) {
  throw new Error(`${response.status}: ${await response.text()}`);
}

const contexts = (await response.json()) as { data: { id: string; name: string }[] };
