import type { Engine } from '@lantern/engine';
import { ApiError, badField } from './http/api-error.ts';

/** Throws a 429 where so many answers wait already that no more may. */
export function checkQueue({ scheduler }: Engine, answers: number, maxWaiting: number): void {
  const { running, waiting, maxSequences } = scheduler;
  if (answers > maxSequences + maxWaiting)
    throw badField(
      'n',
      `${answers} answers are wanted at once; this server makes and keeps waiting ${maxSequences + maxWaiting}`,
    );
  if (running + waiting + answers <= maxSequences + maxWaiting) return;
  // Nobody knows how long answers get; a few seconds spread the next attempts.
  const retryAfter = Math.min(60, 1 + Math.ceil(waiting / maxSequences));
  throw new ApiError('rate_limit_exceeded', `${waiting} answers wait already, and ${maxWaiting} may; try again later`, {
    retryAfter,
  });
}
