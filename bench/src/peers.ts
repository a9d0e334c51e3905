import { findChromium } from './find-chromium.ts';
import { llamaBinaries } from './llama-addon.ts';
import { MEASURES, type MeasureName } from './measures.ts';
import { WLLAMA_MEASURES } from './wllama-measures.ts';
import { wllamaPackage } from './wllama-package.ts';

type PeerInfo = {
  measures: readonly string[];
  /** Throws an Error where the peer cannot run here at all; its message says why and what to do. */
  check: () => void;
};

const PEER_INFOS = {
  'llama.cpp': { measures: Object.keys(MEASURES), check: llamaBinaries },
  wllama: {
    measures: Object.keys(WLLAMA_MEASURES),
    check() {
      wllamaPackage();
      findChromium();
    },
  },
  'transformers.js': {
    measures: [],
    check() {
      throw new Error('it runs ONNX graphs alone, and cannot make one of these weights (see bench/README.md)');
    },
  },
} satisfies Record<string, PeerInfo>;

/** Engines that Lantern can be measured beside. */
export type Peer = keyof typeof PEER_INFOS;
export const PEERS = Object.keys(PEER_INFOS) as Peer[];

/** Why a peer cannot run here; null where it can. */
export function obstacle(peer: Peer): string | null {
  try {
    PEER_INFOS[peer].check();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

export function canMeasure(peer: Peer, measure: MeasureName): boolean {
  return (PEER_INFOS[peer] as PeerInfo).measures.includes(measure);
}
