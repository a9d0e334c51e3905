import { exitStatus } from './exit-status.ts';

/**
 * A signal that Ctrl-C aborts. Called once a process, by a command that takes long. A second Ctrl-C, for when the
 * first is not heard soon enough, ends the process on the spot.
 */
export function abortOnInterrupt(): AbortSignal {
  const control = new AbortController();
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(exitStatus.interrupted));
    control.abort(new Interrupted());
  });
  return control.signal;
}

/** From now on an interrupt calls this, and nothing else. */
export function onInterrupt(listener: () => void): void {
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', listener);
}

/** Reason of that signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
