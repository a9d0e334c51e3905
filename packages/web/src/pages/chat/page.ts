import type { Page } from '../page.ts';

export const page: Page = {
  id: 'chat',
  title: 'Chat',
  icon: 'chat',
  order: 10,
  load: () => import('./chat-page.tsx'),
};
