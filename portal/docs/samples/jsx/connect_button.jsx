import { ConnectWithContextFile } from '@contextfile/react'

// In your component
<ConnectWithContextFile
  clientId="YOUR_CLIENT_ID"
  redirectUri="https://yourapp.com/callback"
  scope="profile:read contexts:read"
  state={generateCSRFToken()}
/>
