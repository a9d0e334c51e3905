import type { AnswerView } from '../answer-view.ts';

export const view: AnswerView = {
  id: 'request',
  title: 'Request',
  order: 40,
  load: () => import('./request-view.tsx').then(({ RequestView }) => ({ View: RequestView })),
};
