import { ClientError, type ServedModel } from '@lantern/client';
import { Emitter } from '../lib/emitter.ts';
import { apiKey } from './api-key.ts';
import { makeClient } from './make-client.ts';
import { serverUrl } from './server-url.ts';

export type Reachability =
  | { kind: 'unknown' }
  | { kind: 'ready' }
  /** `progress` from 0 to 1. */
  | { kind: 'loading'; progress: number }
  /** It answers, but there is no model and there will be none. */
  | { kind: 'failed' }
  | { kind: 'gone' };

export type ServerSnapshot = {
  reachability: Reachability;
  models: readonly ServedModel[];
  /** Whether the server wants a key that the page does not have. */
  isLocked: boolean;
};

/** How often it is asked how it is, by what was found. */
const PATIENCE_MS = { unknown: 1000, loading: 700, gone: 2000, failed: 10_000, ready: 20_000 } as const;
const TIMEOUT_MS = 5000;

/** What is known of the server: whether it is there, which models it has, whether it lets the page in. */
export class ServerState {
  readonly changes = new Emitter();
  #snapshot: ServerSnapshot = { reachability: { kind: 'unknown' }, models: [], isLocked: false };
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The same object until something changes. */
  get snapshot(): ServerSnapshot {
    return this.#snapshot;
  }

  /** Begins to watch the server. */
  watch(): void {
    const look = () => void this.refresh();
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
    addEventListener('online', look);
    apiKey.changes.subscribe(look);
    look();
  }

  /** Looks now, and again after a while. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const reachability = await askHealth();
    const isNew = reachability.kind === 'ready' && (this.#snapshot.models.length === 0 || this.#snapshot.isLocked);
    this.#update({ reachability });
    if (isNew || (reachability.kind === 'ready' && this.#snapshot.reachability.kind !== 'ready'))
      await this.#askModels();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), PATIENCE_MS[reachability.kind]);
  }

  /** An answer told that the key is missing or wrong. */
  lock(): void {
    this.#update({ isLocked: true });
  }

  /** Tries a key and keeps it where the server takes it. Rejects with the server's refusal. */
  async unlock(key: string): Promise<void> {
    const models = await makeClient(key).models();
    apiKey.set(key);
    this.#update({ models, isLocked: false });
  }

  async #askModels(): Promise<void> {
    try {
      this.#update({ models: await makeClient().models(), isLocked: false });
    } catch (error) {
      if (error instanceof ClientError && error.status === 401) this.lock();
    }
  }

  #update(change: Partial<ServerSnapshot>): void {
    const next = { ...this.#snapshot, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#snapshot)) return;
    this.#snapshot = next;
    this.changes.emit();
  }
}

async function askHealth(): Promise<Reachability> {
  try {
    const reply = await fetch(serverUrl('health'), { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
    const { status, progress } = (await reply.json()) as { status?: string; progress?: number };
    if (status === 'ok') return { kind: 'ready' };
    if (status === 'loading') return { kind: 'loading', progress: progress ?? 0 };
    return { kind: status === 'failed' ? 'failed' : 'gone' };
  } catch {
    return { kind: 'gone' };
  }
}

export const serverState = new ServerState();
