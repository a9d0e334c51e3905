/**
 * Picks the `perToken` experts with the highest logits for one token, best first, and their shares: a softmax over
 * the chosen, which equals the softmax over all, renormalised. Of equal logits the lower expert wins.
 */
export function route(logits: Float32Array, perToken: number, experts: Int32Array, shares: Float32Array): void {
  for (let rank = 0; rank < perToken; rank++) {
    let best = -1;
    for (let e = 0; e < logits.length; e++) {
      if (best >= 0 && !(logits[e]! > logits[best]!)) continue;
      let taken = false;
      for (let r = 0; r < rank; r++) taken ||= experts[r] === e;
      if (!taken) best = e;
    }
    experts[rank] = best;
  }
  let total = 0;
  const max = logits[experts[0]!]!;
  for (let rank = 0; rank < perToken; rank++) {
    shares[rank] = Math.exp(logits[experts[rank]!]! - max);
    total += shares[rank]!;
  }
  for (let rank = 0; rank < perToken; rank++) shares[rank] = shares[rank]! / total;
}
