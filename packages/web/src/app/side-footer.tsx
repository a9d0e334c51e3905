import { type ReactElement, useSyncExternalStore } from 'react';
import { apiKey } from '../api/api-key.ts';
import { serverState } from '../api/server-state.ts';
import { useServer } from '../api/use-server.ts';
import { currentTheme, setTheme, type Theme, themeChanges } from '../lib/theme.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import styles from './side-footer.module.css';

const themes: readonly { value: Theme; title: string }[] = [
  { value: 'system', title: 'As the system' },
  { value: 'light', title: 'Light' },
  { value: 'dark', title: 'Dark' },
];

const icons = { system: 'system', light: 'sun', dark: 'moon' } as const;

/** Whether the server is there, the colours, and leaving it where it has keys. */
export function SideFooter(): ReactElement {
  const theme = useSyncExternalStore(themeChanges.subscribe, currentTheme);
  const key = useSyncExternalStore(apiKey.changes.subscribe, () => apiKey.value);
  return (
    <footer className={styles.footer}>
      <ServerLamp />
      {key !== undefined && (
        <IconButton
          label="Forget the key"
          icon="key"
          size="small"
          onClick={() => {
            apiKey.set(undefined);
            serverState.lock();
          }}
        />
      )}
      <Menu align="end" side="top" trigger={<IconButton label="Colours" icon={icons[theme]} size="small" />}>
        <MenuChoice label="Colours" value={theme} options={themes} onChoose={setTheme} />
      </Menu>
    </footer>
  );
}

function ServerLamp(): ReactElement {
  const { reachability } = useServer();
  return (
    <span className={styles.lamp} data-kind={reachability.kind} role="status">
      {words[reachability.kind]}
      {reachability.kind === 'loading' && ` ${Math.floor(100 * reachability.progress)} %`}
    </span>
  );
}

const words = {
  unknown: 'Looking for the server',
  ready: 'Server ready',
  loading: 'Loading the model',
  failed: 'Server has no model',
  gone: 'Server not reachable',
} as const;
