import { isObject, parseJson, textOrNull } from '../loose-json.ts';

/** A part of a picture that an answer speaks of: its name, and its corners in thousandths of the picture's width and height. */
export type NamedBox = { label: string | null; box: Corners };

/** Left, top, right, bottom. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** A rectangle in pixels, whole ones, inside the picture and at least one wide and high. */
export type PixelBox = { x: number; y: number; width: number; height: number };

/**
 * The boxes in the text of an answer, in their order. Qwen writes them as JSON objects with `bbox_2d` and mostly `label`,
 * alone, in lists, in fenced code or among prose. Objects that are cut off or whose box is none are passed over.
 */
export function namedBoxes(text: string): NamedBox[] {
  return [...text.matchAll(/\{[^{}]*"bbox_2d"[^{}]*\}/g)].flatMap(([json]) => {
    const object = parseJson(json);
    if (!isObject(object)) return [];
    const box = cornersOf(object.bbox_2d);
    return box ? [{ label: textOrNull(object.label), box }] : [];
  });
}

/** The corners, sorted and kept within 0..1000; null where these are not four numbers. */
export function cornersOf(value: unknown): Corners | null {
  if (!Array.isArray(value) || value.length !== 4 || !value.every(Number.isFinite)) return null;
  const [x1, y1, x2, y2] = value.map((thousandths: number) => Math.min(Math.max(thousandths, 0), 1000));
  return [Math.min(x1!, x2!), Math.min(y1!, y2!), Math.max(x1!, x2!), Math.max(y1!, y2!)];
}

/** Where a box lies in a picture of this size. */
export function toPixels([left, top, right, bottom]: Corners, width: number, height: number): PixelBox {
  const along = (from: number, to: number, size: number): [start: number, length: number] => {
    const start = Math.min(Math.round((from * size) / 1000), size - 1);
    return [start, Math.max(Math.round((to * size) / 1000) - start, 1)];
  };
  const [x, boxWidth] = along(left, right, width);
  const [y, boxHeight] = along(top, bottom, height);
  return { x, y, width: boxWidth, height: boxHeight };
}
