/** A failure that people can do something about. */
export type Failure = { message: string; remedy: string | null; code: string | null };

/**
 * What to tell of an error of the engine or of the client; null for a fault of Lantern. Told by name, so that neither
 * need be loaded for it.
 */
export function describeFailure(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { message, name } = error;
  if (name === 'LanternError') {
    const { remedy = null, code = null } = error as Partial<Failure>;
    return { message, remedy, code };
  }
  if (name !== 'ClientError') return null;
  const { code = null, status = null } = error as { code?: string | null; status?: number | null };
  return { message, remedy: serverRemedy(code, status), code };
}

function serverRemedy(code: string | null, status: number | null): string | null {
  if (code === 'connection_failed') return 'start a server there, such as lantern serve, or give another --url';
  if (code === 'invalid_reply') return 'is --url where the API begins? such as http://127.0.0.1:8000/v1';
  if (status === 401) return 'give the key of the server with --api-key or $LANTERN_API_KEY';
  if (status === 404) return 'check --url, which is where the API begins, and --model';
  return null;
}
