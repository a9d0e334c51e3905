import type { Page } from '../page.ts';

export const page: Page = {
  id: 'compare',
  title: 'Compare',
  icon: 'columns',
  order: 20,
  load: () => import('./compare-page.tsx'),
};
