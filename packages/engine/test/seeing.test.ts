import assert from 'node:assert/strict';
import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, test } from 'node:test';
import type { ChatMessage, ContentPart } from '../src/chat/messages.ts';
import { readFrames, readPicture } from '../src/media/decode/read-picture.ts';
import type { Media } from '../src/media/media.ts';
import { pictureMedia } from '../src/media/picture-media.ts';
import type { ProcessorConfig } from '../src/model/vision-config.ts';
import { openEngine } from '../src/open-engine.ts';
import { type GoldenVisionRun, goldenCase } from './golden.ts';

/** Thirty-six times what the vendor's own f32 differs from f64. */
const TOLERANCE = 2e-3;

type Request = { messages: ChatMessage[]; options: { enable_thinking?: boolean; add_vision_id?: boolean } };

/** From files on disk to scores, with nothing of the vendor's in between. */
async function mediaOf(
  { messages }: Request,
  { messages: file }: GoldenVisionRun,
  processor: ProcessorConfig | null,
): Promise<Media[]> {
  const read = (path: unknown) => fs.readFileSync(resolve(dirname(file), path as string));
  const parts = messages.flatMap(({ content }) => (Array.isArray(content) ? (content as ContentPart[]) : []));
  const media: Media[] = [];
  for (const part of parts) {
    if (part.type === 'image') media.push(await readPicture(read(part.image), processor));
    if (part.type === 'video') {
      const { video, fps } = part as { video: string[]; fps?: number };
      media.push(await readFrames(video.map(read), processor, { fps }));
    }
  }
  return media;
}

for (const backend of ['reference', 'wasm'] as const)
  describe(`pictures and frames from files, ${backend}`, () => {
    for (const name of ['vision-dense', 'moe-vision-r2'])
      test(`${name}: the vendor's scores`, async () => {
        const golden = goldenCase(name);
        await using engine = await openEngine(golden.model, { backend, contextTokens: 256 });
        for (const run of golden.visionRuns) {
          const request = JSON.parse(fs.readFileSync(run.messages, 'utf8')) as Request;
          const media = await mediaOf(request, run, engine.processor);
          assert.deepEqual(
            media.map(({ slices, rows, columns }) => [slices.length, rows, columns]),
            run.media.map(({ grid }) => grid),
          );
          const { enable_thinking: enableThinking, add_vision_id: addVisionId } = request.options;
          const prompt = engine.prompt(request.messages, {
            media,
            ...(enableThinking !== undefined && { enableThinking }),
            ...(addVisionId !== undefined && { addVisionId }),
          });
          const { top } = await engine.score(prompt);
          for (const [t, row] of top.entries()) {
            const own = new Map(row);
            assert.equal(row[0]![0], run.topIds[10 * t], `${run.name}, row ${t}: winner`);
            // The tenth place may be a tie with the eleventh.
            for (let i = 0; i < 9; i++) {
              const found = own.get(run.topIds[10 * t + i]!)!;
              assert.ok(Math.abs(found - run.topLogprobs[10 * t + i]!) < TOLERANCE, `${run.name}, row ${t}: ${found}`);
            }
          }
        }
      });
  });

test('an answer goes on while another looks at a large picture: no more than a piece of it between two tokens', async () => {
  await using engine = await openEngine(new URL('../../../models/tiny/', import.meta.url).pathname, { threads: 2 });
  const side = 1344;
  const image = { width: side, height: side, data: Uint8Array.from({ length: side * side * 3 }, (_, i) => i % 251) };
  const picture = await pictureMedia(image, engine.processor, { limits: { maxPixels: side * side } });
  assert.deepEqual([picture.rows, picture.columns], [84, 84]);
  const text = engine.chat('Tell me a story.', { temperature: 0, ignoreEnds: true, maxTokens: 4000 });
  const looking = engine.chat([{ role: 'user', content: [{ type: 'image' }] }], {
    media: [picture],
    temperature: 0,
    maxTokens: 1,
  });
  let meanwhile = 0;
  let seen = false;
  looking.result.then(() => {
    seen = true;
  });
  for await (const event of text) {
    if (event.type !== 'token') continue;
    if (seen) break;
    meanwhile++;
  }
  await looking.result;
  // 4 layers of two phases, the front and the end, each on 56 chunks of 128 patches.
  const pieces = 10 * Math.ceil((84 * 84) / 128);
  assert.ok(meanwhile >= pieces - 1, `${meanwhile} tokens beside ${pieces} pieces`);
});
