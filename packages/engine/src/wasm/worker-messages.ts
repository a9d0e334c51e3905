import { LanternError, type LanternErrorCode } from '../errors.ts';
import type { LaneSetup } from './make-lane.ts';
import type { PackJob } from './pack-job.ts';

/** What a worker is asked to do. It answers each call when it is done, `serve` when it is ready; after that it takes none. */
export type WorkerCall = { call: 'pack'; job: PackJob } | { call: 'serve'; setup: LaneSetup };

/** Null for done, or why not. Errors lose their class on the way between threads, so their fields are sent. */
export type WorkerAnswer = { code: LanternErrorCode | null; message: string; remedy: string | undefined } | null;

export function answerOf(error: unknown): WorkerAnswer {
  if (error instanceof LanternError) return { code: error.code, message: error.message, remedy: error.remedy };
  return { code: null, message: String(error), remedy: undefined };
}

/** The error that an answer tells of. */
export function errorOf({ code, message, remedy }: NonNullable<WorkerAnswer>): Error {
  return code === null ? new Error(`a worker failed: ${message}`) : new LanternError(code, message, remedy);
}
