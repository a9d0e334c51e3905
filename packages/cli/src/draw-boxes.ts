import { writeFile } from 'node:fs/promises';
import type { NamedBox } from '@lantern/client';
import { toPixels } from '@lantern/client';
import type { RgbImage } from '@lantern/engine';
import sharp from 'sharp';
import { fileError } from './read-input.ts';

const COLOURS = ['#e6194b', '#0082c8', '#3cb44b', '#f58231', '#911eb4', '#008080'];

/** Writes a picture as a PNG with boxes over it, each in its colour and with its label. Throws where the file cannot be written. */
export async function drawBoxes(image: RgbImage, boxes: readonly NamedBox[], path: string): Promise<void> {
  const { width, height, data } = image;
  const line = Math.max(2, Math.round(Math.min(width, height) / 200));
  const size = Math.max(12, Math.round(Math.min(width, height) / 30));
  const shapes = boxes.map(({ label, box }, i) => {
    const colour = COLOURS[i % COLOURS.length]!;
    const { x, y, width: w, height: h } = toPixels(box, width, height);
    const frame = `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="none" stroke="${colour}" stroke-width="${line}"/>`;
    if (label === null) return frame;
    const above = y > size * 1.4 ? y - size * 0.4 : y + h + size;
    const start = Math.max(0, Math.min(x, width - label.length * size * 0.6));
    const text = `x="${start}" y="${above}" font-family="sans-serif" font-weight="bold" font-size="${size}"`;
    // The outline keeps it readable on any ground.
    return `${frame}<text ${text} stroke="white" stroke-width="${line * 2}" paint-order="stroke" fill="${colour}">${escaped(label)}</text>`;
  });
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`;
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(overlay) }])
    .png()
    .toBuffer();
  await writeFile(path, png).catch(async (error: unknown) => {
    throw await fileError(path, error, 'write');
  });
}

/** Text as it may stand in XML; what XML cannot hold is left out. */
function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[^\P{C}]/gu, '').replace(/[&<>"]/g, (char) => entities[char]!);
}
