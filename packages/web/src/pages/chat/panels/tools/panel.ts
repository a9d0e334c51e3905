import type { Panel } from '../panel.ts';

export const panel: Panel = {
  id: 'tools',
  title: 'Tools',
  icon: 'tool',
  order: 80,
  count: ({ tools }) => tools.length,
  load: () => import('./tools-panel.tsx').then(({ ToolsPanel }) => ({ Panel: ToolsPanel })),
};
