// What an app adds to the printed components: which of them is shown at which address.
import { createRoot } from 'react-dom/client'
import { Callback } from './callback.jsx'
import { Connect } from './connect.jsx'

createRoot(document.getElementById('app')).render(location.pathname === '/callback' ? <Callback /> : <Connect />)
