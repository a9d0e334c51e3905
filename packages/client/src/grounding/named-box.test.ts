import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedBoxes, toPixels } from './named-box.ts';
import { SCREEN_ELEMENTS_SCHEMA, screenElements } from './screen-elements.ts';

test('boxes are found wherever the answer has them', () => {
  const star = { label: 'star', box: [312, 422, 578, 688] };
  for (const text of [
    '{"label": "star", "bbox_2d": [312, 422, 578, 688]}',
    '```json\n[\n  {"bbox_2d": [312, 422, 578, 688], "label": "star"}\n]\n```',
    'I think it is {"bbox_2d": [578, 688, 312, 422], "label": "star", "score": 0.9}, perhaps.',
    '[{"bbox_2d": [312, 422, 578, 688], "label": "star"}, {"bbox_2d": [1, 2',
  ])
    assert.deepEqual(namedBoxes(text), [star], text);
  assert.deepEqual(namedBoxes('{"bbox_2d": [-5, 0, 2000, 10]}'), [{ label: null, box: [0, 0, 1000, 10] }]);
  for (const text of [
    'no box',
    '{"bbox_2d": [1, 2, 3]}',
    '{"bbox_2d": ["a", 2, 3, 4]}',
    '{"bbox_2d" [1, 2, 3, 4]}',
    '{',
  ])
    assert.deepEqual(namedBoxes(text), [], text);
  // In time that grows with the text, not with its square.
  const began = performance.now();
  namedBoxes('{"bbox_2d" '.repeat(50_000));
  assert.ok(performance.now() - began < 1000);
});

test('boxes in pixels lie inside the picture and are never empty', () => {
  assert.deepEqual(toPixels([0, 0, 1000, 1000], 640, 480), { x: 0, y: 0, width: 640, height: 480 });
  assert.deepEqual(toPixels([250, 500, 750, 1000], 1920, 1080), { x: 480, y: 540, width: 960, height: 540 });
  assert.deepEqual(toPixels([1000, 1000, 1000, 1000], 10, 10), { x: 9, y: 9, width: 1, height: 1 });
});

test('elements of a screen', () => {
  const text = JSON.stringify({
    elements: [
      { label: 'Save', type: 'button', bbox_2d: [100, 200, 300, 400] },
      { label: 'Odd', type: 'gizmo', bbox_2d: [0, 0, 10, 10] },
      { label: 'None', type: 'button' },
    ],
  });
  assert.deepEqual(screenElements(text, 1000, 500), [
    { label: 'Save', type: 'button', box: { x: 100, y: 100, width: 200, height: 100 } },
    { label: 'Odd', type: 'other', box: { x: 0, y: 0, width: 10, height: 5 } },
  ]);
  assert.equal(screenElements(text.slice(0, 40), 10, 10), null);
  assert.deepEqual(SCREEN_ELEMENTS_SCHEMA.properties.elements.items.required, ['label', 'type', 'bbox_2d']);
});
