import type { ComponentType } from 'react';
import type { AssistantMessage, StoredExchange } from '../../../store/records.ts';

/** A view of what happened for an answer. Each is a folder here whose `view.ts` exports one of these as `view`. */
export type AnswerView = {
  id: string;
  title: string;
  /** Its place among the tabs of the drawer. */
  order: number;
  load: () => Promise<{ View: ComponentType<AnswerViewProps> }>;
};

/** All views read the same record. It is null where none was kept, as for an answer that was cut off. */
export type AnswerViewProps = { message: AssistantMessage; exchange: StoredExchange | null };

const found = import.meta.glob<{ view: AnswerView }>('./*/view.ts', { eager: true });

export const answerViews: readonly AnswerView[] = Object.values(found)
  .map(({ view }) => view)
  .sort((a, b) => a.order - b.order);
