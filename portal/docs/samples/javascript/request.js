const response = await fetch('https://contextfile.ai/api/v1/contexts', {
  headers: {
    'Authorization': `Bearer ${accessToken}`,
    'Content-Type': 'application/json',
  },
});

const contexts = await response.json();
