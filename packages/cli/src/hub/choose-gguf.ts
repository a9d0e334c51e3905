import { posix } from 'node:path';
import { LanternError } from '@lantern/engine';

const MMPROJ = /mmproj/i;
const SPLIT = /-(\d{5})-of-\d{5}(?=\.gguf$)/;

/** GGUF models among the paths, each the sorted list of its parts; vision towers are none. */
export function ggufModels(paths: readonly string[]): string[][] {
  const models = new Map<string, string[]>();
  for (const path of paths.toSorted()) {
    if (!path.endsWith('.gguf') || MMPROJ.test(posix.basename(path))) continue;
    const whole = path.replace(SPLIT, '');
    models.set(whole, [...(models.get(whole) ?? []), path]);
  }
  return [...models.values()];
}

/** The vision tower beside a model, by the first of these formats that there is; undefined where there is none. */
export function chooseMmproj(paths: readonly string[], model: string): string | undefined {
  const towers = paths
    .filter((path) => path.endsWith('.gguf') && MMPROJ.test(posix.basename(path)))
    .filter((path) => posix.dirname(path) === posix.dirname(model))
    .toSorted();
  const ofFormat = [/(?<!b)f16/i, /bf16/i, /q8_0/i].map((format) => towers.find((path) => format.test(path)));
  return ofFormat.find((path) => path !== undefined) ?? towers[0];
}

/**
 * The one model that `choice` names: a file, or the quantisation that its name ends in. Without a choice there must be
 * just one. Throws a LanternError that lists the choices.
 */
export function chooseGguf(paths: readonly string[], choice: string | undefined, repo: string): string[] {
  const models = ggufModels(paths);
  const names = (model: string[]) => [model[0]!, posix.basename(model[0]!), model[0]!.replace(SPLIT, '')];
  const exact = models.filter((model) => choice !== undefined && [...names(model), ...model].includes(choice));
  const suffix = choice?.toLowerCase();
  const isQuant = (model: string[]) => {
    const stem = names(model)[2]!
      .replace(/\.gguf$/, '')
      .toLowerCase();
    return stem.endsWith(suffix!) && /^[-._/]?$/.test(stem.at(-suffix!.length - 1) ?? '');
  };
  const found = exact.length > 0 || suffix === undefined ? exact : models.filter(isQuant);
  if (choice === undefined && models.length === 1) return models[0]!;
  if (found.length === 1) return found[0]!;
  const choices = models.map((model) => model[0]).join(', ') || 'none';
  const problem =
    choice === undefined
      ? `${repo} needs :FILE`
      : found.length > 1
        ? `${repo}: ${choice} is ambiguous`
        : `${repo}: no GGUF file ${choice}`;
  throw new LanternError('bad-input', `${problem}; GGUF models: ${choices}`);
}
