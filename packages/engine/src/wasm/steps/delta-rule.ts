import { alongTrail } from '../../model/batch.ts';
import type { DeltaRuleStep } from '../../model/plan.ts';
import type { RowsAt } from '../addresses.ts';
import type { Compiler } from '../compiler.ts';
import { dealEach } from '../deal.ts';
import { deltaRuleKernel } from '../kernels/delta-rule.ts';
import { gatedNormKernel } from '../kernels/gated-norm.ts';
import { type Lane, rowAt } from '../lane.ts';

export type DeltaRuleOp = {
  op: 'delta-rule';
  arena: number;
  deltaRule: string;
  gatedNorm: string;
  qkv: RowsAt;
  a: RowsAt;
  b: RowsAt;
  z: RowsAt;
  out: RowsAt;
  norm: number;
  /** State of value head 0 of slot 0; slots are `stride` apart. */
  state: RowsAt;
  keyHeads: number;
  valueHeads: number;
  /** Bytes of a key head, of a value head, and of the state of a value head. */
  keyBytes: number;
  valueBytes: number;
  stateBytes: number;
};

export function compileDeltaRule(step: DeltaRuleStep, compiler: Compiler): DeltaRuleOp {
  const { numKeyHeads, numValueHeads, keyHeadDim, valueHeadDim } = compiler.config.linear;
  const [qkv, a, b] = [compiler.rows(step.qkv), compiler.rows(step.a), compiler.rows(step.b)];
  const [z, out] = [compiler.rows(step.z), compiler.rows(step.out)];
  const slot = compiler.recurrent(step.linearLayer);
  const delta = {
    keyDim: keyHeadDim,
    valueDim: valueHeadDim,
    qkvRowStride: qkv.stride,
    gateRowStride: a.stride,
    outRowStride: out.stride,
  };
  const gated = { headDim: valueHeadDim, xStride: out.stride, zStride: z.stride, eps: step.eps };
  return {
    op: 'delta-rule',
    arena: compiler.arena,
    deltaRule: compiler.kernel('delta-rule', deltaRuleKernel, delta),
    gatedNorm: compiler.kernel('gated-norm', gatedNormKernel, gated),
    qkv,
    a,
    b,
    z,
    out,
    norm: compiler.vector(step.norm),
    state: { at: slot.at + compiler.convolutionBytes, stride: slot.stride },
    keyHeads: numKeyHeads,
    valueHeads: numValueHeads,
    keyBytes: keyHeadDim * 4,
    valueBytes: valueHeadDim * 4,
    stateBytes: keyHeadDim * valueHeadDim * 4,
  };
}

/** A unit of work is one value head of one sequence: its tokens must follow each other, heads need not. */
export function runDeltaRule(op: DeltaRuleOp, lane: Lane): void {
  const { kernels, bytes } = lane.arenas[op.arena]!;
  const { keyHeads, valueHeads, keyBytes, valueBytes } = op;
  const { sequences } = lane.batch;
  const runHead = (unit: number) => {
    const sequence = sequences[Math.floor(unit / valueHeads)]!;
    const head = unit % valueHeads;
    const stateAt = (slot: number) => rowAt(op.state, slot) + head * op.stateBytes;
    const carry = (from: number, to: number) =>
      bytes.copyWithin(stateAt(to), stateAt(from), stateAt(from) + op.stateBytes);
    const absorb = (slot: number, row: number, count: number) => {
      const qkv = rowAt(op.qkv, row);
      const q = qkv + (head % keyHeads) * keyBytes;
      const v = qkv + 2 * keyHeads * keyBytes + head * valueBytes;
      const out = rowAt(op.out, row) + head * valueBytes;
      const [a, b] = [rowAt(op.a, row) + head * 4, rowAt(op.b, row) + head * 4];
      kernels[op.deltaRule]!(stateAt(slot), q, q + keyHeads * keyBytes, v, a, b, out, count);
      kernels[op.gatedNorm]!(out, rowAt(op.z, row) + head * valueBytes, op.norm, count);
    };
    alongTrail(sequence, carry, absorb);
  };
  dealEach(lane, sequences.length * valueHeads, runHead);
}
