import type { Panel } from '../panel.ts';

export const panel: Panel = {
  id: 'settings',
  title: 'Settings',
  icon: 'gear',
  order: 90,
  load: () => import('./settings-panel.tsx').then(({ SettingsPanel }) => ({ Panel: SettingsPanel })),
};
