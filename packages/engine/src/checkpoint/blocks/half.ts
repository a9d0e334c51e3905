const bits = new Uint16Array(65536);
for (let i = 0; i < bits.length; i++) bits[i] = i;

/** The f16 of every bit pattern, as f32: much faster in a loop than decoding one. */
export const HALF_TO_FLOAT: Float32Array = new Float32Array(new Float16Array(bits.buffer));
