/** Rows of Qwen 3.5's embedding, in every size. */
const VOCAB_SIZE = 248_320;

/** Lists of token ids that are the same in every run, for either engine. */
export function randomIds(seed: number): (count: number) => number[] {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * VOCAB_SIZE);
  };
  return (count) => Array.from({ length: count }, next);
}
