/** Names under which a server on loopback is called by right. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request may be answered, given its Host header and the address that the server listens on. A page elsewhere
 * can let its own name point to this machine (DNS rebinding); the browser then sends that name. A server that everybody
 * may reach has keys instead.
 */
export function isKnownHost(host: string | null, listensOn: string): boolean {
  if (!isLoopback(listensOn)) return true;
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? '';
  return LOOPBACK.has(name) || name === listensOn || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}
