import { useSyncExternalStore } from 'react';
import { type ServerSnapshot, serverState } from './server-state.ts';

/** What is known of the server, as it changes. */
export function useServer(): ServerSnapshot {
  return useSyncExternalStore(serverState.changes.subscribe, () => serverState.snapshot);
}
