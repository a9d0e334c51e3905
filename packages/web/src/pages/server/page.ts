import type { Page } from '../page.ts';

export const page: Page = {
  id: 'server',
  title: 'Server',
  icon: 'pulse',
  order: 30,
  load: () => import('./server-page.tsx'),
};
