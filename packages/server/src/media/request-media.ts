import type { Engine, Media } from '@lantern/engine';
import type { RequestContext, ServerContext } from '../server-context.ts';
import type { MediaPartsOptions } from './media-parts.ts';
import type { MediaRequest } from './media-request.ts';

/** What parts of a request are read with: what the model can, and the files of whoever asks. */
export function mediaOptions(
  { files }: ServerContext,
  context: RequestContext,
  { runner }: Engine,
): Omit<MediaPartsOptions, 'highResolution'> {
  const owner = context.get('owner');
  return { sees: runner.vision !== null, findFile: (id) => files.find(id, owner) };
}

/** Gets and decodes the media of a request, as long as its client waits. */
export async function readRequestMedia(
  { readMedia }: ServerContext,
  context: RequestContext,
  engine: Engine,
  requests: readonly MediaRequest[],
): Promise<Media[]> {
  if (requests.length === 0) return [];
  return readMedia(requests, { engine, owner: context.get('owner'), signal: context.get('running').signal });
}
