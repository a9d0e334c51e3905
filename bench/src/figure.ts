/** One number that a measure gives, in the unit that `FIGURES` names. */
export type Figure = {
  value: number;
  /** Bytes read from memory in each second, for figures that memory limits. */
  bytesPerSecond?: number;
  /** Operations in each second, for figures that arithmetic limits. */
  operationsPerSecond?: number;
  /** Processor seconds that the process got in each second: near the number of threads where nothing kept them waiting. */
  cores?: number;
};

export type FigureName =
  | 'prefill'
  | 'decode'
  | 'parallel'
  | 'second-turn'
  | 'whole-turn'
  | 'turn-speedup'
  | 'load'
  | 'memory'
  | 'threads-prefill'
  | 'threads-decode'
  | 'long-decode'
  | 'long-excess'
  | 'divergence';

export type Figures = Partial<Record<FigureName, Figure>>;

export type FigureInfo = {
  label: string;
  unit: string;
  /** Which way is better: what `ratio` means. */
  better: 'more' | 'less';
  /** Depends on the round's tokens far more than on chance: rounds are compared one by one. */
  paired?: boolean;
};

export const FIGURES: Readonly<Record<FigureName, FigureInfo>> = {
  prefill: { label: 'prefill 512', unit: 'tok/s', better: 'more' },
  decode: { label: 'decode after 512', unit: 'tok/s', better: 'more' },
  parallel: { label: '16 sequences', unit: 'tok/s', better: 'more' },
  'second-turn': { label: '32 after 4,096', unit: 's', better: 'less' },
  'whole-turn': { label: '4,128 anew', unit: 's', better: 'less' },
  'turn-speedup': { label: 'anew / second turn', unit: 'x', better: 'more' },
  load: { label: 'load to first token', unit: 's', better: 'less' },
  memory: { label: 'peak memory / file', unit: 'x', better: 'less' },
  'threads-prefill': { label: 'prefill, threads / 1', unit: 'x', better: 'more' },
  'threads-decode': { label: 'decode, threads / 1', unit: 'x', better: 'more' },
  'long-decode': { label: 'decode after 32,768', unit: 'tok/s', better: 'more' },
  'long-excess': { label: '32,768: time / bytes', unit: 'x', better: 'less' },
  divergence: { label: 'mean KL to f32', unit: 'nats', better: 'less', paired: true },
};
