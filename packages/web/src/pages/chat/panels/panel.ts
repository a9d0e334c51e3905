import type { ComponentType } from 'react';
import type { ChatSettings } from '../../../store/records.ts';
import type { IconName } from '../../../ui/icon.tsx';

/** A panel beside a conversation. Each is a folder here whose `panel.ts` exports one of these as `panel`. */
export type Panel = {
  id: string;
  title: string;
  icon: IconName;
  /** Its place among the buttons that open panels. */
  order: number;
  /** How many things of its kind a conversation has; told at the button where there are any. */
  count?: (settings: ChatSettings) => number;
  load: () => Promise<{ Panel: ComponentType<PanelProps> }>;
};

export type PanelProps = {
  settings: ChatSettings;
  onChange: (part: Partial<ChatSettings>) => void;
};

const found = import.meta.glob<{ panel: Panel }>('./*/panel.ts', { eager: true });

export const panels: readonly Panel[] = Object.values(found)
  .map(({ panel }) => panel)
  .sort((a, b) => a.order - b.order);
