import type { ChatSettings, Sampling } from '../store/records.ts';

const words: Record<keyof Sampling, string> = {
  temperature: 'temperature',
  top_p: 'top P',
  top_k: 'top K',
  min_p: 'min P',
  presence_penalty: 'presence penalty',
  repetition_penalty: 'repetition penalty',
  max_tokens: 'longest answer',
  seed: 'seed',
};

const thinkingWords = { auto: 'thinking as needed', fast: 'no thinking', thinking: 'thinking' } as const;

/** In few words for each column, in what it is asked differently from the others; empty where it is not. */
export function columnDifferences(columns: readonly ChatSettings[]): string[] {
  const further = furtherDifferences(columns);
  return columns.map(({ model, thinking }, index) =>
    joined(
      differ(columns, (each) => each.model) && (model ?? 'the first model'),
      differ(columns, (each) => each.thinking) && thinkingWords[thinking],
      further[index]!,
    ),
  );
}

/** The same without the model and thinking, which stand above a column anyway. */
export function furtherDifferences(columns: readonly ChatSettings[]): string[] {
  const names = (Object.keys(words) as (keyof Sampling)[]).filter((name) =>
    differ(columns, ({ sampling }) => sampling[name]),
  );
  return columns.map(({ sampling, system }) =>
    joined(
      ...names.map((name) => `${words[name]} ${sampling[name] ?? 'by the server'}`),
      differ(columns, (each) => each.system) && (system.trim() === '' ? 'no instructions' : 'instructions of its own'),
    ),
  );
}

function differ(columns: readonly ChatSettings[], of: (settings: ChatSettings) => unknown): boolean {
  return new Set(columns.map(of)).size > 1;
}

function joined(...parts: (string | false)[]): string {
  return parts.filter(Boolean).join(', ');
}
