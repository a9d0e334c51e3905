/** A sample of Prometheus' text form: a name, labels, a value. */
export type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number };

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /(\w+)="((?:\\.|[^"\\])*)"/g;

/** The samples of `/metrics`. Lines that are none are passed over. */
export function readMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = line.startsWith('#') ? null : LINE.exec(line);
    if (!match || Number.isNaN(Number(match[3]))) return [];
    const [, name, labels = '', value] = match;
    const named = [...labels.matchAll(LABEL)].map(([, label, text]) => [label!, text!.replaceAll(/\\(.)/g, '$1')]);
    return [{ name: name!, labels: Object.fromEntries(named), value: Number(value) }];
  });
}

/** The sum of all samples of a name. */
export function total(samples: readonly Sample[], name: string): number {
  return samples.reduce((sum, sample) => (sample.name === name ? sum + sample.value : sum), 0);
}
