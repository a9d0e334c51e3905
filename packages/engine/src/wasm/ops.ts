import type { Product } from './addresses.ts';
import type { AttendOp } from './steps/attend.ts';
import type { AttendPatchesOp } from './steps/attend-patches.ts';
import type { ConvolveOp } from './steps/convolve.ts';
import type { DeltaRuleOp } from './steps/delta-rule.ts';
import type { ExpertsOp } from './steps/experts.ts';
import type { ProjectOp } from './steps/project.ts';
import type { RecallOp, RememberOp } from './steps/remember.ts';
import type { RopeOp } from './steps/rope.ts';
import type { AddGatedOp, EmbedOp, GatherOp, NormOp, SwigluOp, WalkOp } from './steps/rows.ts';
import type { TurnPatchesOp } from './steps/turn-patches.ts';
import type { AddPositionsOp, GeluOp, LayerNormOp, MergeOp, VisionProjectOp } from './steps/vision-rows.ts';

/**
 * A step with its addresses: plain data, the same on every worker. `arena` says in whose memory it works, `label` what it
 * is called where its cost is told.
 */
export type Op = UnlabelledOp & {
  label: string;
  /** Whether workers meet after it: not where each goes on with the very rows that it has written. */
  meets: boolean;
  /** The products that read their panels next, if those lie in arena 0 with the barrier. */
  ahead: Product[] | null;
};

/** An op that is not tied to its neighbours yet. */
export function labelled(op: UnlabelledOp, label: string): Op {
  return { ...op, label, meets: true, ahead: null };
}

/** What runs for a batch: `layers` on its tokens, `fill` on the same as `lagging` gives them, `head` on wanted rows. */
export type Program = { layers: Op[]; fill: Op[]; head: Op[] };

/**
 * One for each kind of batch; `draft` is empty where there is no draft head. And the phases of the vision tower, none
 * where there is no tower.
 */
export type Programs = { forward: Program; draft: Program; see: Op[][] };

export type UnlabelledOp =
  | EmbedOp
  | NormOp
  | ProjectOp
  | ConvolveOp
  | DeltaRuleOp
  | RopeOp
  | AttendOp
  | SwigluOp
  | ExpertsOp
  | AddGatedOp
  | GatherOp
  | RecallOp
  | RememberOp
  | WalkOp
  | VisionOp;

export type VisionOp =
  | VisionProjectOp
  | LayerNormOp
  | AddPositionsOp
  | GeluOp
  | MergeOp
  | TurnPatchesOp
  | AttendPatchesOp;
