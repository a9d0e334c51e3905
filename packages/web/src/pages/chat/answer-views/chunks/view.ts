import type { AnswerView } from '../answer-view.ts';

export const view: AnswerView = {
  id: 'chunks',
  title: 'Chunks',
  order: 20,
  load: () => import('./chunks-view.tsx').then(({ ChunksView }) => ({ View: ChunksView })),
};
