import type { Figures } from './figure.ts';
import type { MeasureName, MeasureTask } from './measures.ts';
import type { Peer } from './peers.ts';

/** What a process of the bench is started for, as JSON in its only argument. */
export type ChildTask =
  | { kind: 'measure'; side: Side; measure: MeasureName; task: MeasureTask; peerCpu?: string }
  | { kind: 'limits'; threads: number };

export type Side = 'lantern' | Peer;

/** What it prints as its last line. */
export type ChildReport = {
  figures?: Figures;
  /** Of a peer: what exactly ran. */
  build?: string;
  limits?: Limits;
};

/** What the machine does at best with as many threads as the engines have. */
export type Limits = { bytesPerSecond: number; operationsPerSecond: number };
