import { isObject, parseJson, textOf } from '../loose-json.ts';
import { cornersOf, type PixelBox, toPixels } from './named-box.ts';

/** One thing of a user interface that can be seen on a picture of it. */
export type ScreenElement = { label: string; type: ElementType; box: PixelBox };

const ELEMENT_TYPES = [
  'button',
  'checkbox',
  'icon',
  'image',
  'input',
  'link',
  'menu',
  'radio',
  'select',
  'slider',
  'switch',
  'tab',
  'text',
  'other',
] as const;

export type ElementType = (typeof ELEMENT_TYPES)[number];

/** What to say beside the picture of a screen, so that the answer is one that `screenElements` reads. */
export const SCREEN_ELEMENTS_PROMPT = `List every element of the user interface in this picture, from top to bottom: \
its label (the text on it, or what it shows), its type (${ELEMENT_TYPES.join(', ')}), and its box as \
"bbox_2d": [left, top, right, bottom], in thousandths of the picture's width and height. \
Answer with JSON: {"elements": [{"label", "type", "bbox_2d"}]}`;

/** What holds the answer to that form. */
export const SCREEN_ELEMENTS_SCHEMA = {
  type: 'object',
  properties: {
    elements: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        properties: {
          label: { type: 'string', maxLength: 200 },
          type: { enum: ELEMENT_TYPES },
          bbox_2d: {
            type: 'array',
            items: { type: 'integer', minimum: 0, maximum: 1000 },
            minItems: 4,
            maxItems: 4,
          },
        },
        required: ['label', 'type', 'bbox_2d'],
        additionalProperties: false,
      },
    },
  },
  required: ['elements'],
  additionalProperties: false,
} as const;

/**
 * The elements of an answer that was asked for so, with their boxes in pixels of a picture of this size; null where the
 * text is not such an answer, as when it was cut off.
 */
export function screenElements(text: string, width: number, height: number): ScreenElement[] | null {
  const answer = parseJson(text);
  if (!isObject(answer) || !Array.isArray(answer.elements)) return null;
  return answer.elements.filter(isObject).flatMap(({ label, type, bbox_2d }) => {
    const corners = cornersOf(bbox_2d);
    if (!corners) return [];
    const known = ELEMENT_TYPES.find((name) => name === type) ?? 'other';
    return [{ label: textOf(label), type: known, box: toPixels(corners, width, height) }];
  });
}
