import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { serverState } from './api/server-state.ts';
import './app/base.css';
import { App } from './app/app.tsx';
import { conversations } from './chat/chat-actions.ts';

serverState.watch();
void conversations.load();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
