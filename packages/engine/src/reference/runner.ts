import type { WeightMatrix } from '../checkpoint/weights.ts';
import type { LoadOptions, Runner, VisionRunner } from '../model/backend.ts';
import { alongTrail, type Batch, lagging, PAGE_TOKENS } from '../model/batch.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Buffer, Plan, RopeStep, Step } from '../model/plan.ts';
import { RotaryTable } from '../model/rotary.ts';
import { route } from '../model/route.ts';
import { sigmoid, swiglu } from './kernels/activations.ts';
import { attend } from './kernels/attend.ts';
import { convolve, deltaGates } from './kernels/convolve.ts';
import { deltaRule, gatedNorm } from './kernels/delta-rule.ts';
import { linear } from './kernels/linear.ts';
import { l2Norm, rmsNorm } from './kernels/norm.ts';
import { normAndRotate } from './kernels/rope.ts';
import { ReferenceState } from './state.ts';

/** Rotary tables of a batch, a row a token. */
type Turns = { cos: Float32Array; sin: Float32Array };
const NO_TURNS: Turns = { cos: new Float32Array(), sin: new Float32Array() };

/** Replays a plan row by row. Buffers are dense: row t of a buffer starts at t · width. */
export class ReferenceRunner implements Runner {
  readonly name = 'reference';
  readonly vision: VisionRunner | null;
  readonly #config: ModelConfig;
  readonly #plan: Plan;
  readonly #matrices: Map<WeightMatrix, Float32Array>;
  readonly #buffers: Float32Array[];
  readonly #rotary: RotaryTable;
  readonly #state: ReferenceState;
  #turns: Record<RopeStep['positions'], Turns> = { own: NO_TURNS, before: NO_TURNS };

  constructor(
    config: ModelConfig,
    plan: Plan,
    matrices: Map<WeightMatrix, Float32Array>,
    vision: VisionRunner | null,
    options: LoadOptions,
  ) {
    this.vision = vision;
    this.#config = config;
    this.#plan = plan;
    this.#matrices = matrices;
    const rows = { tokens: options.maxBatchTokens, outputs: options.maxOutputs };
    this.#buffers = plan.buffers.map((buffer) => new Float32Array(rows[buffer.rows] * buffer.width));
    this.#rotary = new RotaryTable(config.rope);
    this.#state = new ReferenceState(config, options, this.drafts);
  }

  get drafts(): boolean {
    return this.#plan.draft !== null;
  }

  forward(batch: Batch): Float32Array {
    const { layers, head, draft } = this.#plan;
    this.#turn(batch);
    for (const step of layers) this.#run(step, batch);
    if (draft) for (const step of draft.fill) this.#run(step, lagging(batch));
    return this.#logits(head, batch);
  }

  draft(batch: Batch): Float32Array {
    const { layers, head } = this.#plan.draft!;
    this.#turn(batch);
    for (const step of layers) this.#run(step, batch);
    return this.#logits(head, batch);
  }

  /** Rotary tables for the positions of a batch. */
  #turn(batch: Batch): void {
    const tokens = batch.ids.length;
    const turns = (positions: Int32Array): Turns => {
      const size = tokens * this.#rotary.half;
      const [cos, sin] = [new Float32Array(size), new Float32Array(size)];
      this.#rotary.fill(positions, tokens, cos, sin);
      return { cos, sin };
    };
    this.#turns = { own: turns(batch.positions), before: turns(batch.positionsBefore) };
  }

  #logits(head: Step[], batch: Batch): Float32Array {
    if (batch.outputs.length > 0) for (const step of head) this.#run(step, batch);
    const { id, width } = this.#plan.logits;
    return this.#buffers[id]!.subarray(0, batch.outputs.length * width);
  }

  #row(buffer: Buffer, row: number): Float32Array {
    return this.#buffers[buffer.id]!.subarray(row * buffer.width, (row + 1) * buffer.width);
  }

  #rows(buffer: Buffer, batch: Batch): number {
    return buffer.rows === 'tokens' ? batch.ids.length : batch.outputs.length;
  }

  #run(step: Step, batch: Batch): void {
    switch (step.op) {
      case 'embed': {
        const table = this.#matrices.get(step.table)!;
        const width = step.out.width;
        batch.ids.forEach((id, t) => {
          if (id >= 0) this.#row(step.out, t).set(table.subarray(id * width, (id + 1) * width));
        });
        for (const { row, embeddings } of batch.seen) this.#buffers[step.out.id]!.set(embeddings, row * width);
        break;
      }
      case 'norm':
        for (let t = 0; t < this.#rows(step.input, batch); t++)
          rmsNorm(this.#row(step.input, t), step.weight, step.eps, this.#row(step.out, t));
        break;
      case 'project':
        for (const { weight, out } of step.products)
          for (let t = 0; t < this.#rows(step.input, batch); t++)
            linear(this.#matrices.get(weight)!, this.#row(step.input, t), this.#row(out, t), step.add);
        break;
      case 'swiglu':
        for (let t = 0; t < batch.ids.length; t++)
          swiglu(this.#row(step.gate, t), this.#row(step.up, t), this.#row(step.out, t));
        break;
      case 'add-gated':
        for (let t = 0; t < batch.ids.length; t++) {
          const share = sigmoid(this.#row(step.gate, t)[0]!);
          const hidden = this.#row(step.hidden, t);
          this.#row(step.value, t).forEach((value, i) => {
            hidden[i] = hidden[i]! + share * value;
          });
        }
        break;
      case 'gather':
        batch.outputs.forEach((t, i) => {
          this.#row(step.out, i).set(this.#row(step.input, t));
        });
        break;
      case 'experts':
        for (let t = 0; t < batch.ids.length; t++) this.#experts(step, t);
        break;
      case 'convolve':
        for (const sequence of batch.sequences)
          alongTrail(
            sequence,
            (from, to) => this.#carry(from, to, (slot) => this.#state.convolution(slot, step.linearLayer)),
            (slot, row, count) => {
              for (let t = row; t < row + count; t++) this.#convolve(step, slot, t);
            },
          );
        break;
      case 'delta-rule':
        for (const sequence of batch.sequences)
          alongTrail(
            sequence,
            (from, to) => {
              for (let h = 0; h < this.#config.linear.numValueHeads; h++)
                this.#carry(from, to, (slot) => this.#state.recurrent(slot, step.linearLayer, h));
            },
            (slot, row, count) => {
              for (let t = row; t < row + count; t++) this.#deltaRule(step, slot, t);
            },
          );
        break;
      case 'recall':
        for (const { slot, row, count } of batch.sequences)
          for (let t = row; t < row + count; t++)
            this.#row(step.out, t).set(t === row ? this.#state.remembered(slot) : this.#row(step.input!, t - 1));
        break;
      case 'remember':
        for (const sequence of batch.sequences)
          alongTrail(
            sequence,
            () => undefined,
            (slot, row, count) => this.#state.remembered(slot).set(this.#row(step.input, row + count - 1)),
          );
        break;
      case 'rope':
        for (const { pages, start, row, count } of batch.sequences)
          for (let i = 0; i < count; i++) this.#rope(step, pages, start + i, row + i);
        break;
      case 'attend':
        for (const { pages, start, row, count } of batch.sequences)
          for (let i = 0; i < count; i++) this.#attend(step, pages, start + i, row + i);
        break;
    }
  }

  #experts(step: Step & { op: 'experts' }, t: number): void {
    const experts = new Int32Array(step.perToken);
    const shares = new Float32Array(step.perToken);
    route(this.#row(step.router, t), step.perToken, experts, shares);
    const input = this.#row(step.input, t);
    const hidden = this.#row(step.hidden, t);
    const answer = new Float32Array(hidden.length);
    experts.forEach((e, rank) => {
      const { gate, up, down } = step.experts[e]!;
      const gated = new Float32Array(gate.rows);
      const raised = new Float32Array(up.rows);
      linear(this.#matrices.get(gate)!, input, gated);
      linear(this.#matrices.get(up)!, input, raised);
      swiglu(gated, raised, gated);
      linear(this.#matrices.get(down)!, gated, answer);
      for (let i = 0; i < hidden.length; i++) hidden[i] = hidden[i]! + shares[rank]! * answer[i]!;
    });
  }

  #carry(from: number, to: number, part: (slot: number) => Float32Array): void {
    part(to).set(part(from));
  }

  #convolve(step: Step & { op: 'convolve' }, slot: number, t: number): void {
    const { numKeyHeads, keyHeadDim } = this.#config.linear;
    const qkv = this.#row(step.qkv, t);
    convolve(qkv, this.#state.convolution(slot, step.linearLayer), step.weight);
    for (let h = 0; h < 2 * numKeyHeads; h++)
      l2Norm(qkv.subarray(h * keyHeadDim, (h + 1) * keyHeadDim), h < numKeyHeads ? 1 / Math.sqrt(keyHeadDim) : 1);
    deltaGates(this.#row(step.a, t), this.#row(step.b, t), step.decay, step.dtBias);
  }

  #deltaRule(step: Step & { op: 'delta-rule' }, slot: number, t: number): void {
    const { numKeyHeads, numValueHeads, keyHeadDim, valueHeadDim } = this.#config.linear;
    const qkv = this.#row(step.qkv, t);
    const head = (from: number, index: number, dim: number) =>
      qkv.subarray(from + index * dim, from + (index + 1) * dim);
    const keysAt = numKeyHeads * keyHeadDim;
    for (let h = 0; h < numValueHeads; h++) {
      const q = head(0, h % numKeyHeads, keyHeadDim);
      const k = head(keysAt, h % numKeyHeads, keyHeadDim);
      const v = head(2 * keysAt, h, valueHeadDim);
      const out = this.#row(step.out, t).subarray(h * valueHeadDim, (h + 1) * valueHeadDim);
      const z = this.#row(step.z, t).subarray(h * valueHeadDim, (h + 1) * valueHeadDim);
      const state = this.#state.recurrent(slot, step.linearLayer, h);
      deltaRule(state, q, k, v, this.#row(step.a, t)[h]!, this.#row(step.b, t)[h]!, out);
      gatedNorm(out, z, step.norm, step.eps);
    }
  }

  #rope(step: Step & { op: 'rope' }, pages: Int32Array, position: number, t: number): void {
    const { numHeads, numKeyValueHeads, headDim } = this.#config.attention;
    const half = this.#rotary.half;
    const turns = this.#turns[step.positions];
    const cos = turns.cos.subarray(t * half, (t + 1) * half);
    const sin = turns.sin.subarray(t * half, (t + 1) * half);
    const rotate = (head: Float32Array, weight: Float32Array, out: Float32Array) =>
      normAndRotate(head, weight, step.eps, cos, sin, out);
    for (let h = 0; h < numHeads; h++) {
      const q = this.#row(step.q, t).subarray(2 * h * headDim, (2 * h + 1) * headDim);
      rotate(q, step.qNorm, q);
    }
    const page = pages[Math.floor(position / PAGE_TOKENS)]!;
    for (let h = 0; h < numKeyValueHeads; h++) {
      const cached = this.#state.cached(page, step.attentionLayer, h, position % PAGE_TOKENS);
      rotate(this.#row(step.k, t).subarray(h * headDim, (h + 1) * headDim), step.kNorm, cached.key);
      cached.value.set(this.#row(step.v, t).subarray(h * headDim, (h + 1) * headDim));
    }
  }

  #attend(step: Step & { op: 'attend' }, pages: Int32Array, position: number, t: number): void {
    const { numHeads, numKeyValueHeads, headDim } = this.#config.attention;
    for (let kv = 0; kv < numKeyValueHeads; kv++) {
      const past = Array.from({ length: position + 1 }, (_, p) =>
        this.#state.cached(pages[Math.floor(p / PAGE_TOKENS)]!, step.attentionLayer, kv, p % PAGE_TOKENS),
      );
      const keys = past.map(({ key }) => key);
      const values = past.map(({ value }) => value);
      const group = numHeads / numKeyValueHeads;
      for (let h = kv * group; h < (kv + 1) * group; h++) {
        const pair = this.#row(step.q, t).subarray(2 * h * headDim, 2 * (h + 1) * headDim);
        const out = this.#row(step.out, t).subarray(h * headDim, (h + 1) * headDim);
        attend(pair.subarray(0, headDim), pair.subarray(headDim), keys, values, out);
      }
    }
  }

  get slotBytes(): number {
    return this.#state.slotBytes;
  }
  get slotCount(): number {
    return this.#state.slotCount;
  }
  get pageBytes(): number {
    return this.#state.pageBytes;
  }
  get pageCount(): number {
    return this.#state.pageCount;
  }
  get memoryBytes(): number {
    const held = [...this.#matrices.values(), ...this.#buffers].reduce((sum, array) => sum + array.byteLength, 0);
    return held + this.#state.memoryBytes;
  }
  clearSlot(slot: number): void {
    this.#state.slot(slot).fill(0);
  }
  copySlot(from: number, to: number): void {
    this.#state.slot(to).set(this.#state.slot(from));
  }
  copyPage(from: number, to: number): void {
    this.#state.page(to).set(this.#state.page(from));
  }
  readSlot(slot: number, into: Uint8Array): void {
    into.set(bytesOf(this.#state.slot(slot)));
  }
  writeSlot(slot: number, from: Uint8Array): void {
    bytesOf(this.#state.slot(slot)).set(from);
  }
  readPage(page: number, into: Uint8Array): void {
    into.set(bytesOf(this.#state.page(page)));
  }
  writePage(page: number, from: Uint8Array): void {
    bytesOf(this.#state.page(page)).set(from);
  }
  async close(): Promise<void> {
    this.#matrices.clear();
    this.#buffers.length = 0;
  }
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
