import type { AnswerView } from '../answer-view.ts';

export const view: AnswerView = {
  id: 'tokens',
  title: 'Tokens',
  order: 30,
  load: () => import('./tokens-view.tsx').then(({ TokensView }) => ({ View: TokensView })),
};
