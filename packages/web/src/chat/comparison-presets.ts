import type { ServedModel } from '@lantern/client';
import { type ChatSettings, defaultSettings } from '../store/records.ts';

/** Something that is often compared. `settings`: of the columns; null where the server has too little for it. */
export type ComparisonPreset = {
  id: string;
  title: string;
  hint: string;
  settings: (models: readonly ServedModel[]) => Partial<ChatSettings>[] | null;
};

export const comparisonPresets: readonly ComparisonPreset[] = [
  {
    id: 'thinking',
    title: 'Thinking on and off',
    hint: 'What thinking first brings, and what it costs',
    settings: () => [{ thinking: 'thinking' }, { thinking: 'fast' }],
  },
  {
    id: 'temperatures',
    title: 'Two temperatures',
    hint: 'Always the likeliest token, and free choice',
    settings: () => [{ sampling: { temperature: 0 } }, { sampling: { temperature: 1 } }],
  },
  {
    id: 'models',
    title: 'Two models',
    hint: 'Two that are served here, each asked the same',
    settings: (models) => {
      const [first, ...others] = models;
      // Rather another model than another name of the same.
      const second = others.find(({ root, id }) => (root ?? id) !== (first!.root ?? first!.id)) ?? others[0];
      return first && second ? [{ model: first.id }, { model: second.id }] : null;
    },
  },
];

/** Settings of the columns of a preset, in all else as `base`; null where it cannot be had. */
export function presetSettings(
  preset: ComparisonPreset,
  models: readonly ServedModel[],
  { model, system, logprobs }: ChatSettings = defaultSettings,
): ChatSettings[] | null {
  return preset.settings(models)?.map((part) => ({ ...defaultSettings, model, system, logprobs, ...part })) ?? null;
}

const NAME = 'lantern.compare';

/** What a new comparison begins with: the columns that were chosen last. */
export function lastColumns(): ChatSettings[] {
  const usual = presetSettings(comparisonPresets[0]!, [])!;
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? '[]') as Partial<ChatSettings>[];
    return usual.map((settings, index) => ({ ...settings, ...kept[index], tools: [] }));
  } catch {
    return usual;
  }
}

export function keepColumns(columns: readonly ChatSettings[]): void {
  localStorage.setItem(NAME, JSON.stringify(columns));
}
