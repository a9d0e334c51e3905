import type { WeightMatrix } from '../checkpoint/weights.ts';
import { canRunKernels } from './features.ts';
import { panelBytes, panelCount, panelFormat } from './panels/panel-format.ts';
import { canDotUnsignedBytes } from './self-test.ts';

/** Bytes of a matrix as this backend holds it by default, which depends on the dot products that the machine has. */
export function heldBytes({ rows, columns, encoding, roundsActivations }: WeightMatrix): number {
  const unsigned = roundsActivations && canRunKernels() && canDotUnsignedBytes();
  return panelCount(rows) * panelBytes(panelFormat(encoding, unsigned), columns);
}
