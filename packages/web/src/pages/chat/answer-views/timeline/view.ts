import type { AnswerView } from '../answer-view.ts';

export const view: AnswerView = {
  id: 'timeline',
  title: 'Timeline',
  order: 10,
  load: () => import('./timeline-view.tsx').then(({ TimelineView }) => ({ View: TimelineView })),
};
