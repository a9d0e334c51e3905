import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseMmproj } from './choose-gguf.ts';

test('the vision tower comes along in the format that loses least, from the folder of the model', () => {
  const paths = [
    'm-Q4_0.gguf',
    'mmproj-BF16.gguf',
    'mmproj-F16.gguf',
    'mmproj-F32.gguf',
    'big/m.gguf',
    'big/mmproj-a.gguf',
  ];
  assert.equal(chooseMmproj(paths, 'm-Q4_0.gguf'), 'mmproj-F16.gguf');
  assert.equal(
    chooseMmproj(
      paths.filter((path) => !path.includes('-F16')),
      'm-Q4_0.gguf',
    ),
    'mmproj-BF16.gguf',
  );
  assert.equal(chooseMmproj(paths, 'big/m.gguf'), 'big/mmproj-a.gguf');
  assert.equal(chooseMmproj(['m-Q4_0.gguf'], 'm-Q4_0.gguf'), undefined);
});
