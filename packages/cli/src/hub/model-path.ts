import { existsSync } from 'node:fs';
import { builtInModel } from '../built-in-model.ts';
import { parseModelName } from './model-name.ts';

/**
 * Path of the model that the command line names: the built-in one where it names none, a path that exists, or what was
 * pulled as `owner/repo[:file]`. Throws a LanternError where nothing was pulled by that name.
 */
export async function modelPath(model: string | undefined): Promise<string> {
  if (model === undefined) return builtInModel();
  const name = existsSync(model) ? null : parseModelName(model);
  if (!name) return model;
  const { findCached, touchCached } = await import('./hub-cache.ts');
  const found = findCached(name);
  if (!found) {
    const { LanternError } = await import('@lantern/engine');
    throw new LanternError(
      'missing-file',
      `${model}: no such file or folder, and nothing was pulled by that name`,
      `To fetch it: lantern pull ${model}`,
    );
  }
  touchCached(found);
  return found.path;
}
