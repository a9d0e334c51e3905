import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = NodeJS.ProcessEnv;

/** Address of the hub without a slash at its end: `HF_ENDPOINT`, or the public one. */
export function hubEndpoint(env: Environment = process.env): string {
  return (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
}

/** Folder that the ecosystem's tools keep what they pulled in. */
export function hubCache(env: Environment = process.env): string {
  return expand(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(hubHome(env), 'hub'));
}

/** Access token from `HF_TOKEN`, else from the token file; undefined where there is none. */
export function hubToken(env: Environment = process.env): string | undefined {
  const file = expand(env.HF_TOKEN_PATH || join(hubHome(env), 'token'));
  const token = (env.HF_TOKEN || (existsSync(file) ? readFileSync(file, 'utf8') : '')).trim();
  // Anything else makes fetch refuse the header with a message that quotes it.
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

function hubHome(env: Environment): string {
  return expand(env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface'));
}

function expand(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir());
}
