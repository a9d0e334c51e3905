import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParser } from 'eventsource-parser';
import { decodeSse } from './decode-sse.ts';
import { encodeEvent } from './encode-event.ts';
import { SseDecoder, type SseEvent } from './sse-decoder.ts';

const stream = [
  '\uFEFF: hello\r\n\r\n',
  'data: {"a":1}\n\n',
  'event: delta\rdata: one\rdata:two\r\r',
  'id: 7\r\ndata\r\ndata:  three\r\n\r\n',
  'event: nothing\n\n',
  'unknown: x\nretry: 10\ndata: é😀\n\n',
  'data: [DONE]\n\n',
  'data: unfinished',
].join('');

const expected: SseEvent[] = [
  { data: '{"a":1}' },
  { data: 'one\ntwo', event: 'delta' },
  { data: '\n three', id: '7' },
  { data: 'é😀' },
  { data: '[DONE]' },
];

function decode(pieces: readonly string[]): SseEvent[] {
  const decoder = new SseDecoder();
  return pieces.flatMap((piece) => decoder.push(piece));
}

test('reads every form of a line', () => {
  assert.deepEqual(decode([stream]), expected);
});

test('reads the same over every one and two cuts', () => {
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      const pieces = [stream.slice(0, first), stream.slice(first, second), stream.slice(second)];
      assert.deepEqual(decode(pieces), expected, `cut at ${first} and ${second}`);
    }
  }
  assert.deepEqual(decode([...stream]), expected);
});

test('reads random streams as eventsource-parser does', () => {
  const words = [
    'data',
    'event',
    'id',
    ':',
    ':',
    ' ',
    '\n',
    '\n',
    '\r',
    '\r\n',
    'x',
    'ü',
    'retry',
    '{"a":1}',
    '\uFEFF',
  ];
  const random = randomNumbers(11);
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 1 + random(40) }, () => words[random(words.length)]).join('');
    const theirs: SseEvent[] = [];
    const parser = createParser({
      onEvent: ({ data, event, id }) => {
        theirs.push({ data, ...(event === undefined ? {} : { event }), ...(id === undefined ? {} : { id }) });
      },
    });
    // Fed whole: how it takes cuts is its own affair, ours is in question here.
    parser.feed(text);
    const pieces: string[] = [];
    for (let from = 0; from < text.length; ) {
      const to = from + 1 + random(8);
      pieces.push(text.slice(from, to));
      from = to;
    }
    assert.deepEqual(decode(pieces), theirs, JSON.stringify(text));
  }
});

test('what is encoded is read back, by both', () => {
  const events = [
    { data: '{"a":1}' },
    { event: 'delta', data: 'one\ntwo\n' },
    { id: '7', event: 'x', data: '' },
    { data: ' leading', comment: 'two\nlines' },
  ];
  const text = encodeEvent({ comment: 'ping' }) + events.map(encodeEvent).join('');
  const read = events.map(({ comment: _, ...event }) => event);
  assert.deepEqual(decode([text]), read);
  const theirs: unknown[] = [];
  createParser({ onEvent: (event) => theirs.push(JSON.parse(JSON.stringify(event))) }).feed(text);
  assert.deepEqual(theirs, read);
  assert.equal(encodeEvent({ data: '[DONE]' }), 'data: [DONE]\n\n');
  assert.equal(encodeEvent({ comment: 'ping' }), ': ping\n\n');
  assert.throws(() => encodeEvent({ event: 'a\nb', data: '' }), /event is "a\\nb"; it must be one line/);
});

test('reads bytes cut inside characters, from a stream and from an iterable', async () => {
  const bytes = new TextEncoder().encode(stream);
  for (const size of [1, 2, 3, 5, 7, bytes.length]) {
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += size) pieces.push(bytes.subarray(from, from + size));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    assert.deepEqual(await Array.fromAsync(decodeSse(body)), expected);
    assert.deepEqual(await Array.fromAsync(decodeSse(asIterable(pieces))), expected);
  }
});

test('leaving early cancels the body; an error of the body comes through', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const event of decodeSse(body)) {
    assert.equal(event.data, 'x');
    break;
  }
  assert.ok(cancelled);
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) });
  await assert.rejects(Array.fromAsync(decodeSse(broken)), /gone/);
});

test('a long line in many pieces takes time in proportion', () => {
  const decoder = new SseDecoder();
  const piece = 'x'.repeat(256);
  const started = performance.now();
  decoder.push('data: ');
  for (let count = 0; count < 40_000; count++) decoder.push(piece);
  assert.equal(decoder.push('\n\n')[0]?.data.length, 256 * 40_000);
  assert.ok(performance.now() - started < 2000);
});

async function* asIterable(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
