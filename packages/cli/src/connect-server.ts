import type { LanternClient } from '@lantern/client';
import { type ServerOptions, serverKey } from './server-options.ts';
import { ServerSource } from './server-source.ts';
import { UsageError } from './usage-error.ts';

/**
 * The model of a server that the options name, or the first one it lists. With `wantsContext` the server is asked in any
 * case, for how much the model holds. Throws a UsageError for an address or key that cannot be used.
 */
export async function connectServer(
  options: ServerOptions & { url: string },
  { signal, wantsContext }: { signal: AbortSignal; wantsContext: boolean },
): Promise<ServerSource> {
  const { ClientError, LanternClient } = await import('@lantern/client');
  const given = options.model === undefined ? null : { name: options.model, contextTokens: null };
  let client: LanternClient;
  try {
    client = new LanternClient({ baseUrl: options.url, apiKey: serverKey(options, process.env) });
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new UsageError(error.message.replace(/^baseUrl\b/, '--url').replaceAll(/\bapiKey\b/g, '--api-key'));
  }
  if (given && !wantsContext) return new ServerSource(client, given);
  try {
    const models = await client.models({ signal });
    const model = given ? models.find(({ id }) => id === given.name) : models[0];
    const length = model?.max_model_len;
    if (model)
      return new ServerSource(client, { name: model.id, contextTokens: typeof length === 'number' ? length : null });
  } catch (error) {
    // Not every server lists its models, nor for every key; whether the named one can be asked shows soon enough.
    if (!(given && error instanceof ClientError && error.status !== null)) throw error;
  }
  if (given) return new ServerSource(client, given);
  throw new ClientError(`${client.baseUrl} lists no models; name one with --model`);
}
