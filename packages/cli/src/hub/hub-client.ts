import { LanternError } from '@lantern/engine';
import { hubEndpoint, hubToken } from './hub-settings.ts';

/** A file of a repository: bytes, and the digest that names its blob (SHA-256 of LFS files, else Git's of the blob). */
export type HubFile = { path: string; size: number; digest: string };

/** Asks the hub about one repository. Every failure is a LanternError of one line that never shows the token. */
export class HubClient {
  readonly repo: string;
  readonly #signal: AbortSignal;
  readonly #endpoint = hubEndpoint();
  readonly #token = hubToken();

  constructor(repo: string, signal: AbortSignal) {
    this.repo = repo;
    this.#signal = signal;
    if (!URL.canParse(this.#endpoint)) throw new LanternError('bad-input', 'HF_ENDPOINT is no URL');
  }

  /** The commit that a branch, tag or commit names, and its files. */
  async list(revision: string): Promise<{ commit: string; files: HubFile[] }> {
    const { listFiles, modelInfo } = await import('@huggingface/hub');
    const hub = { hubUrl: this.#endpoint, fetch: this.#fetch };
    const { sha: commit } = await modelInfo({ ...hub, name: this.repo, revision, additionalFields: ['sha'] });
    this.#check(/^[0-9a-f]{40,64}$/.test(commit ?? ''));
    const files: HubFile[] = [];
    for await (const entry of listFiles({ ...hub, repo: this.repo, revision: commit, recursive: true })) {
      if (entry.type !== 'file') continue;
      const digest = entry.lfs?.oid ?? entry.oid ?? '';
      this.#check(/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(digest) && Number.isSafeInteger(entry.size));
      this.#check(!entry.path.split(/[/\\]/).some((part) => part === '' || part === '..' || part === '.'));
      files.push({ path: entry.path, size: entry.lfs?.size ?? entry.size, digest });
    }
    return { commit, files };
  }

  /** The bytes of a file from `offset` on; a status of 200 means all of them. */
  open(path: string, commit: string, offset: number): Promise<Response> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const headers = { 'accept-encoding': 'identity', ...(offset > 0 && { range: `bytes=${offset}-` }) };
    return this.#fetch(`${this.#endpoint}/${this.repo}/resolve/${commit}/${encoded}`, { headers });
  }

  #check(ok: boolean): void {
    if (!ok) throw new LanternError('bad-input', `${this.repo}: the hub's answer is not what a hub answers`);
  }

  readonly #fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    // Only for the hub itself; fetch drops the header where the hub sends it on to another host.
    if (this.#token && url.origin === new URL(this.#endpoint).origin)
      headers.set('authorization', `Bearer ${this.#token}`);
    let response: Response;
    try {
      response = await fetch(url, { ...init, headers, signal: this.#signal });
    } catch (error) {
      this.#signal.throwIfAborted();
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      throw new LanternError(
        'missing-file',
        `cannot reach ${url.origin} (${code ?? 'network error'})`,
        'Check the network, or set HF_ENDPOINT to another hub.',
      );
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw refusal(this.repo, response.status, url);
    }
    return response;
  };
}

function refusal(repo: string, status: number, url: URL): LanternError {
  if (status === 401 || status === 403)
    return new LanternError(
      'missing-file',
      `${repo}: the hub refuses access (${status}); the repository is gated, private or not there`,
      'Set HF_TOKEN to a token that may read it.',
    );
  if (status === 404) {
    const thing = url.pathname.includes('/resolve/') ? 'file' : 'repository or revision';
    return new LanternError('missing-file', `${repo}: no such ${thing} on ${url.origin}`);
  }
  return new LanternError('missing-file', `${repo}: the hub answers with status ${status}`, 'Try again later.');
}
